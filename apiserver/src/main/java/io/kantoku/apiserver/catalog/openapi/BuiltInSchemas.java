package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.catalog.openapi.SchemaTable.Struct;
import io.kantoku.apiserver.registry.TypeFault;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the built-in kinds, read from the resource when something is first asked of them. The types of fields then
 * stay in memory (under a megabyte); the texts are kept only as long as memory allows. Safe for any thread.
 */
public final class BuiltInSchemas {
    private static final BuiltInSchemas INSTANCE = new BuiltInSchemas();

    private volatile @Nullable SoftReference<ObjectNode> texts;

    /** Loaded on first use. */
    private static final class Table {
        private static final SchemaTable INSTANCE = SchemaTable.load();
    }

    private static final class Digest {
        private static final String VALUE = SchemaTable.digest();
    }

    private BuiltInSchemas() {}

    public static BuiltInSchemas get() {
        return INSTANCE;
    }

    /** The fields of {@code object} that its kind does not have, as paths in the order of the document. */
    public List<String> unknownFields(GroupVersionKind kind, ObjectNode object) {
        Optional<Struct> struct = Table.INSTANCE.of(kind);
        if (struct.isEmpty()) {
            return List.of();
        }
        SchemaWalk walk = new SchemaWalk(Table.INSTANCE, false);
        walk.object(object, struct.get());
        return List.copyOf(walk.unknown());
    }

    /**
     * Makes of a client's tree what decoding it makes: unknown fields and nulls are gone, quantities are canonical.
     *
     * @throws ApiException 400 when a value has another type than its field
     */
    public void prune(GroupVersionKind kind, ObjectNode object) {
        Optional<Struct> struct = Table.INSTANCE.of(kind);
        if (struct.isEmpty()) {
            return;
        }
        try {
            new SchemaWalk(Table.INSTANCE, true).object(object, struct.get());
        } catch (SchemaWalk.WrongType fault) {
            throw ApiException.badRequest(kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.kind() + ": " + fault.getMessage());
        }
    }

    /** The first value of an object that has another type than its field. */
    public Optional<TypeFault> typeFault(GroupVersionKind kind, ObjectNode object) {
        Optional<Struct> struct = Table.INSTANCE.of(kind);
        if (struct.isEmpty()) {
            return Optional.empty();
        }
        try {
            new SchemaWalk(Table.INSTANCE, true).object(object.deepCopy(), struct.get());
            return Optional.empty();
        } catch (SchemaWalk.WrongType wrong) {
            return Optional.of(wrong.fault());
        }
    }

    /** Adds the fields that every object of the kind has, set or not. */
    public void complete(GroupVersionKind kind, ObjectNode object) {
        Table.INSTANCE.of(kind).ifPresent(struct -> new ZeroValues(Table.INSTANCE).complete(object, struct));
    }

    /** The name of a kind's schema, for example {@code io.k8s.api.core.v1.Pod}. */
    public Optional<String> schemaName(GroupVersionKind kind) {
        return Table.INSTANCE.of(kind).map(Struct::name);
    }

    /** Changes when the schemas do. */
    public String digest() {
        return Digest.VALUE;
    }

    /** The names of the schemas given and of all that they refer to. */
    Set<String> closure(List<String> names) {
        Set<String> found = new TreeSet<>();
        names.forEach(name -> collect(name, found));
        return found;
    }

    ObjectNode texts() {
        SoftReference<ObjectNode> held = texts;
        ObjectNode present = held == null ? null : held.get();
        if (present == null) {
            present = SchemaTable.loadTexts();
            texts = new SoftReference<>(present);
        }
        return present;
    }

    SchemaTable table() {
        return Table.INSTANCE;
    }

    private static void collect(String name, Set<String> found) {
        if (found.add(name) && Table.INSTANCE.structs().containsKey(name)) {
            Table.INSTANCE.named(name).fields().values().forEach(type -> collect(type, found));
        }
    }

    private static void collect(SchemaType type, Set<String> found) {
        switch (type) {
            case SchemaType.Named named -> collect(named.name(), found);
            case SchemaType.ListOf list -> collect(list.items(), found);
            case SchemaType.MapOf map -> collect(map.values(), found);
            case SchemaType.Plain plain -> SchemaJson.sharedName(plain.form()).ifPresent(found::add);
        }
    }
}
