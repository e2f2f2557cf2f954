package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version of one object as the bytes that the store holds, with what selectors need beside them.
 *
 * <p>Immutable and shared between all readers. Reading an object or sending it to a client copies bytes; a tree is built only
 * when someone asks for one.
 */
public final class StoredObject {
    private static final byte[] OPEN = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "\",".getBytes(StandardCharsets.US_ASCII);

    private final StorageKey key;
    private final byte[] value;
    private final long revision;
    private final ObjectBytes.Outline outline;
    private volatile @Nullable Fields fields;
    private volatile @Nullable WeakReference<KubeObject> tree;

    /** The fields that were found when these were looked for. */
    private record Fields(Set<String> selectable, Map<String, String> found) {}

    private StoredObject(StorageKey key, byte[] value, long revision, ObjectBytes.Outline outline) {
        this.key = key;
        this.value = value;
        this.revision = revision;
        this.outline = outline;
    }

    /**
     * Wraps stored bytes, which must not change any more.
     *
     * @param revision the store's revision of this version; 0 for one that is not stored (a dry run)
     */
    static StoredObject of(StorageKey key, byte[] value, long revision) {
        return new StoredObject(key, value, revision, ObjectBytes.outline(value));
    }

    /** The same content at another revision: a deleted object carries the revision of its removal. */
    StoredObject at(long otherRevision) {
        return new StoredObject(key, value, otherRevision, outline);
    }

    public StorageKey key() {
        return key;
    }

    public NamespacedName name() {
        return key.name();
    }

    public GroupResource resource() {
        return key.resource();
    }

    public long revision() {
        return revision;
    }

    public String uid() {
        return ObjectBytes.uid(value);
    }

    public Map<String, String> labels() {
        return outline.labels();
    }

    /** Whether deletion was asked for and waits for something. */
    public boolean deleting() {
        return outline.deleting();
    }

    /** How many bytes {@link #writeTo} writes. */
    public int length() {
        return revision == 0
                ? value.length
                : value.length
                        + OPEN.length
                        + CLOSE.length
                        + Long.toString(revision).length();
    }

    /** Writes the object in its storage version, with its resource version. */
    public void writeTo(OutputStream out) throws IOException {
        if (revision == 0) {
            out.write(value);
            return;
        }
        int insertion = outline.insertion();
        out.write(value, 0, insertion);
        out.write(OPEN);
        out.write(Long.toString(revision).getBytes(StandardCharsets.US_ASCII));
        out.write(CLOSE);
        out.write(value, insertion, value.length - insertion);
    }

    /** A tree of the object in its storage version that belongs to the caller. */
    public ObjectNode tree() {
        ObjectNode json = Json.parseObject(value);
        if (revision != 0 && json.path("metadata") instanceof ObjectNode metadata) {
            metadata.put("resourceVersion", Long.toString(revision));
        }
        return json;
    }

    /**
     * The same without {@code managedFields}, which are most of an object's nodes: for controllers, which keep many objects, never read
     * them, and change nothing of them by an update that has none.
     */
    public ObjectNode unmanaged() {
        ObjectNode json = tree();
        if (json.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return json;
    }

    /** A tree as {@link #unmanaged} gives it, which is shared and must not be changed. */
    public KubeObject shared() {
        WeakReference<KubeObject> reference = tree;
        KubeObject object = reference == null ? null : reference.get();
        if (object == null) {
            object = KubeObject.of(unmanaged());
            tree = new WeakReference<>(object);
        }
        return object;
    }

    /**
     * The text of a field that a field selector names, {@code ""} when absent.
     *
     * @param selectable all fields of the kind that can be selected; they are found in one scan
     */
    String field(String path, Set<String> selectable) {
        return switch (path) {
            case "metadata.name" -> key.name().name();
            case "metadata.namespace" -> key.name().namespace();
            default -> {
                Fields known = fields;
                if (known == null || !known.selectable().equals(selectable)) {
                    known = new Fields(selectable, ObjectBytes.fields(value, SelectableField.paths(selectable)));
                    fields = known;
                }
                yield SelectableField.text(path, known.found());
            }
        };
    }

    /** Whether both hold the same bytes, whatever their revisions. */
    boolean sameContent(byte[] other) {
        return Arrays.equals(value, other);
    }

    @Override
    public String toString() {
        return key + "@" + revision;
    }
}
