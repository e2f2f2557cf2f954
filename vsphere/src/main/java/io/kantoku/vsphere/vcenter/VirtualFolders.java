package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Folders;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.embedded.InventoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Folders that only Kantoku knows, below the one that it was given: vCenter's REST API makes none, so all machines are in that one.
 * Thread-safe.
 */
final class VirtualFolders implements Folders {
    private static final String PREFIX = "folder/";

    /** Numbers of our own, above those that a vCenter gives. */
    private static final long FIRST = 1_000_000_000_000L;

    private final Folder root;
    private final InventoryStorage storage;
    private final Predicate<MoRef> inUse;

    /** @param inUse whether a machine is in a folder */
    VirtualFolders(Folder root, InventoryStorage storage, Predicate<MoRef> inUse) {
        this.root = root;
        this.storage = storage;
        this.inUse = inUse;
    }

    Folder root() {
        return root;
    }

    @Override
    public synchronized List<Folder> list() {
        List<Folder> folders = new ArrayList<>();
        folders.add(root);
        storage.list(PREFIX)
                .values()
                .forEach(json -> folders.add(new Folder(
                        MoRef.parse(json.path("id").asText()),
                        json.path("name").asText(),
                        MoRef.parse(json.path("parent").asText()))));
        return folders;
    }

    @Override
    public Optional<Folder> find(MoRef id) {
        return list().stream().filter(folder -> folder.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Folder> child(MoRef parent, String name) {
        return list().stream()
                .filter(folder ->
                        folder.parent().equals(parent) && folder.name().equals(name))
                .findFirst();
    }

    @Override
    public synchronized Folder create(MoRef parent, String name) {
        if (find(parent).isEmpty()) {
            throw VsphereException.notFound("folder", parent);
        }
        if (child(parent, name).isPresent()) {
            throw new VsphereException(
                    VsphereException.Code.ALREADY_EXISTS, "the folder " + parent + " has one named " + name);
        }
        long number = list().stream()
                        .mapToLong(folder -> folder.id().number())
                        .filter(id -> id >= FIRST)
                        .max()
                        .orElse(FIRST)
                + 1;
        Folder made = new Folder(MoRef.Kind.FOLDER.of(number), name, parent);
        storage.put(
                PREFIX + made.id(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", made.id().toString())
                        .put("name", name)
                        .put("parent", parent.toString()));
        return made;
    }

    @Override
    public synchronized void delete(MoRef id) {
        if (list().stream().anyMatch(folder -> folder.parent().equals(id)) || inUse.test(id)) {
            throw new VsphereException(VsphereException.Code.IN_USE, "the folder " + id + " is not empty");
        }
        storage.delete(PREFIX + id);
    }
}
