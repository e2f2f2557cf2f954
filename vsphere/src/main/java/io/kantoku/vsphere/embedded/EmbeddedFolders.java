package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Folders;
import io.kantoku.vsphere.MoRef;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The VM folders of the embedded inventory. */
final class EmbeddedFolders implements Folders {
    private final NamedTree<Folder> tree;
    private final IdSequence ids;
    private final Predicate<MoRef> holdsMachines;

    EmbeddedFolders(NamedTree<Folder> tree, IdSequence ids, Predicate<MoRef> holdsMachines) {
        this.tree = tree;
        this.ids = ids;
        this.holdsMachines = holdsMachines;
    }

    @Override
    public List<Folder> list() {
        return tree.list();
    }

    @Override
    public Optional<Folder> find(MoRef id) {
        return tree.find(id);
    }

    @Override
    public Optional<Folder> child(MoRef parent, String name) {
        return tree.child(parent, name);
    }

    @Override
    public Folder create(MoRef parent, String name) {
        tree.get(parent.require(MoRef.Kind.FOLDER));
        return tree.create(new Folder(ids.next(MoRef.Kind.FOLDER), name, parent));
    }

    @Override
    public void delete(MoRef id) {
        tree.delete(id, holdsMachines);
    }

    /** How folders are kept. */
    enum Form implements NamedTree.Form<Folder> {
        INSTANCE;

        @Override
        public MoRef.Kind kind() {
            return MoRef.Kind.FOLDER;
        }

        @Override
        public MoRef id(Folder folder) {
            return folder.id();
        }

        @Override
        public String name(Folder folder) {
            return folder.name();
        }

        @Override
        public MoRef parent(Folder folder) {
            return folder.parent();
        }

        @Override
        public void write(Folder folder, ObjectNode document) {}

        @Override
        public Folder read(MoRef id, String name, MoRef parent, JsonNode document) {
            return new Folder(id, name, parent);
        }
    }
}
