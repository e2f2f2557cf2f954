package io.kantoku.vsphere.library;

import io.kantoku.vsphere.VsphereException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The content libraries of a vCenter. */
public interface ContentLibraries {
    List<ContentLibrary> list();

    /** The library's items in the order of their names; {@code NOT_FOUND} for a library that does not exist. */
    List<LibraryItem> items(UUID library);

    default Optional<ContentLibrary> find(UUID id) {
        return list().stream().filter(library -> library.id().equals(id)).findFirst();
    }

    default Optional<ContentLibrary> find(String name) {
        return list().stream().filter(library -> library.name().equals(name)).findFirst();
    }

    /** The item of that name in any library. */
    default Optional<LibraryItem> image(String name) {
        return list().stream()
                .flatMap(library -> items(library.id()).stream())
                .filter(item -> item.name().equals(name))
                .findFirst();
    }

    /** The Kubernetes releases whose images are in the library, the oldest first. */
    default List<Release> releases(UUID library) {
        return items(library).stream()
                .flatMap(item -> item.release().stream())
                .sorted()
                .toList();
    }

    default ContentLibrary get(UUID id) {
        return find(id).orElseThrow(() -> VsphereException.notFound("content library", id));
    }
}
