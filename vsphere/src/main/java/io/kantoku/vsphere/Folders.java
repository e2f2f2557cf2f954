package io.kantoku.vsphere;

import java.util.List;
import java.util.Optional;

/** The tree of VM folders. */
public interface Folders {
    List<Folder> list();

    Optional<Folder> find(MoRef id);

    /** The folder of that name directly below the parent. */
    Optional<Folder> child(MoRef parent, String name);

    /** Makes a folder; {@code ALREADY_EXISTS} when the parent has one of that name, {@code NOT_FOUND} without the parent. */
    Folder create(MoRef parent, String name);

    /** Removes an empty folder; {@code IN_USE} while anything is in it. A folder that is gone already is no error. */
    void delete(MoRef id);

    /** The folder of that name below the parent, made if it is missing. */
    default Folder ensure(MoRef parent, String name) {
        Optional<Folder> present = child(parent, name);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            return create(parent, name);
        } catch (VsphereException e) {
            if (e.code() != VsphereException.Code.ALREADY_EXISTS) {
                throw e;
            }
            return child(parent, name).orElseThrow(() -> e);
        }
    }

    /** Removes a folder and all below it; {@code IN_USE} while a machine is in one of them. */
    default void deleteTree(MoRef id) {
        list().stream()
                .filter(folder -> folder.parent().equals(id))
                .toList()
                .forEach(folder -> deleteTree(folder.id()));
        delete(id);
    }
}
