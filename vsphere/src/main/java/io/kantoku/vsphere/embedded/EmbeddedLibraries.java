package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.library.ContentLibraries;
import io.kantoku.vsphere.library.ContentLibrary;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.library.Release;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The one content library of the embedded inventory; its images have no content, since nodes run in this process. */
final class EmbeddedLibraries implements ContentLibraries {
    private final ContentLibrary library =
            new ContentLibrary(stableId("library/tkg"), "tkg", ContentLibrary.Type.LOCAL, "");
    private final List<LibraryItem> items;

    EmbeddedLibraries(List<Release> releases) {
        this.items = releases.stream()
                .map(Release::imageName)
                .distinct()
                .map(name -> new LibraryItem(stableId("item/" + name), library.id(), name, "ovf", "1", 0, true))
                .sorted(Comparator.comparing(LibraryItem::name))
                .toList();
    }

    /** The same id in every installation and after every restart. */
    static UUID stableId(String name) {
        return UUID.nameUUIDFromBytes(("kantoku/" + name).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<ContentLibrary> list() {
        return List.of(library);
    }

    @Override
    public List<LibraryItem> items(UUID wanted) {
        if (!wanted.equals(library.id())) {
            throw VsphereException.notFound("content library", wanted);
        }
        return items;
    }
}
