package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The owners of an object's fields: {@code metadata.managedFields}. Immutable.
 *
 * <p>Sets are not converted between API versions: a field is taken to have the same path in all versions of a kind.
 */
public final class ManagedFields {
    /** How an owner came by its fields. */
    public enum Operation {
        APPLY("Apply"),
        UPDATE("Update");

        private final String word;

        Operation(String word) {
            this.word = word;
        }
    }

    /**
     * Tells owners apart.
     *
     * @param apiVersion {@code ""} for appliers, who stay the same when they change the version they apply
     */
    record Owner(String manager, Operation operation, String apiVersion, String subresource) {
        static Owner of(Operation operation, Writer writer) {
            String version = operation == Operation.APPLY ? "" : writer.apiVersion();
            return new Owner(writer.manager(), operation, version, writer.subresource());
        }

        /** As messages show it: {@code "kubectl" with subresource "status" using apps/v1}. */
        @Override
        public String toString() {
            return "\"" + manager + "\""
                    + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + "\"")
                    + (operation == Operation.UPDATE ? " using " + apiVersion : "");
        }
    }

    /**
     * What one owner has.
     *
     * @param apiVersion of the request by which it got it
     * @param time of its last change, the epoch when that is not recorded
     */
    record Entry(String apiVersion, Instant time, FieldSet fields) {
        Entry with(FieldSet newFields) {
            return new Entry(apiVersion, time, newFields);
        }
    }

    static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final String ANCIENT = "ancient-changes";
    private static final int MOST_UPDATERS = 10;

    /** Object, metadata, list, entry, and the empty object of the innermost field. */
    private static final int DEPTH_OF_RECORD = 5;

    private static final FieldSet NOT_OWNED = notOwned();
    private static final Comparator<Map.Entry<Owner, Entry>> ORDER = Comparator.comparing(
                    (Map.Entry<Owner, Entry> entry) -> entry.getKey().operation())
            .thenComparing(entry -> entry.getValue().time())
            .thenComparing(entry -> entry.getKey().manager())
            .thenComparing(entry -> entry.getValue().apiVersion())
            .thenComparing(entry -> entry.getKey().subresource());

    private final Map<Owner, Entry> entries;

    private ManagedFields(Map<Owner, Entry> entries) {
        this.entries = entries;
    }

    /**
     * The owners that an object names; of two entries for one owner the last holds.
     *
     * @throws ApiException 400 when an entry is malformed
     */
    public static ManagedFields of(JsonNode object) {
        Map<Owner, Entry> entries = new LinkedHashMap<>();
        for (JsonNode node : object.path("metadata").path("managedFields")) {
            Operation operation = switch (node.path("operation").asText()) {
                case "Apply" -> Operation.APPLY;
                case "Update" -> Operation.UPDATE;
                default ->
                    throw ApiException.badRequest("metadata.managedFields: operation must be \"Apply\" or \"Update\"");
            };
            String apiVersion = node.path("apiVersion").asText();
            if (apiVersion.isEmpty()) {
                throw ApiException.badRequest("metadata.managedFields: apiVersion must not be empty");
            }
            String form = node.path("fieldsType").asText();
            if (!form.equals("FieldsV1")) {
                throw ApiException.badRequest(
                        "metadata.managedFields: fieldsType must be \"FieldsV1\", not \"" + form + "\"");
            }
            Writer writer = new Writer(
                    node.path("manager").asText(),
                    apiVersion,
                    node.path("subresource").asText(),
                    Instant.EPOCH);
            FieldSet fields = FieldSet.parse(node.path("fieldsV1"));
            entries.put(
                    Owner.of(operation, writer),
                    new Entry(apiVersion, time(node.path("time").asText()), fields));
        }
        return new ManagedFields(entries);
    }

    /**
     * Records the owners after a create (POST), update (PUT) or patch other than apply: sets {@code updated.metadata.managedFields}.
     *
     * <p>Whatever the writer changed is now its own and nobody else's. A client may change the record itself, but through no subresource;
     * what cannot be read is as if it had not been sent. One that sends an empty list ends the record: it begins again when
     * somebody applies.
     *
     * @param live the object before, null or one without a uid at creation
     * @param updated the object to be stored, defaults included; changed in place
     * @return {@code updated}
     */
    public static ObjectNode afterUpdate(
            @Nullable ObjectNode live, ObjectNode updated, Writer writer, TypeSchema schema) {
        ManagedFields before = sent(updated, live, writer);
        if (before.isEmpty() && live != null && live.path("metadata").has("uid")) {
            strip(updated);
            return updated;
        }
        JsonNode old = live == null ? Json.object() : live;
        Comparison comparison = Comparison.of(old, updated, schema);
        Owner owner = Owner.of(Operation.UPDATE, writer);
        FieldSet changed = comparison.changed().difference(NOT_OWNED);
        ManagedFields after = before.under(schema).mapped((other, fields) -> {
            FieldSet kept = fields.difference(comparison.removed());
            return other.equals(owner) ? kept : kept.difference(changed);
        });
        FieldSet gained = changed.without(writer.reset());
        if (!gained.isEmpty()) {
            after = after.with(owner, writer, gained.union(after.fieldsOf(owner)));
        }
        after.capped().writeTo(updated);
        return updated;
    }

    /** Removes the record, as the API does in answers to clients that do not ask for it. */
    public static void strip(ObjectNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }

    /** The fields of a manager, whatever the version and subresource by which it got them. */
    public FieldSet fieldsOf(String manager, Operation operation) {
        FieldSet fields = FieldSet.EMPTY;
        for (Map.Entry<Owner, Entry> entry : entries.entrySet()) {
            if (entry.getKey().manager().equals(manager) && entry.getKey().operation() == operation) {
                fields = fields.union(entry.getValue().fields());
            }
        }
        return fields;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    Map<Owner, Entry> entries() {
        return entries;
    }

    FieldSet fieldsOf(Owner owner) {
        Entry entry = entries.get(owner);
        return entry == null ? FieldSet.EMPTY : entry.fields();
    }

    FieldSet all() {
        FieldSet all = FieldSet.EMPTY;
        for (Entry entry : entries.values()) {
            all = all.union(entry.fields());
        }
        return all;
    }

    ManagedFields with(Owner owner, Writer writer, FieldSet fields) {
        Map<Owner, Entry> changed = new LinkedHashMap<>(entries);
        changed.put(owner, new Entry(writer.apiVersion(), writer.now().truncatedTo(ChronoUnit.SECONDS), fields));
        return new ManagedFields(changed);
    }

    /** What remains of an owner's fields. */
    interface Change {
        FieldSet apply(Owner owner, FieldSet fields);
    }

    /** Changes what each owner has; who has nothing left is gone. */
    ManagedFields mapped(Change change) {
        Map<Owner, Entry> changed = new LinkedHashMap<>();
        entries.forEach((owner, entry) -> {
            FieldSet fields = change.apply(owner, entry.fields());
            if (!fields.isEmpty()) {
                changed.put(owner, entry.with(fields));
            }
        });
        return new ManagedFields(changed);
    }

    /** The same owners, where the type of the object has changed since they became that. */
    ManagedFields under(TypeSchema schema) {
        return mapped((_, fields) -> Ownership.under(fields, schema));
    }

    /** Without fields that no client owns: the type, the name and what the server sets. */
    static FieldSet ownable(FieldSet fields) {
        return fields.difference(NOT_OWNED);
    }

    /**
     * Joins the oldest updaters of each version when there are too many, so that a record cannot grow without end. One that is the only
     * old one of its version stays as it is.
     */
    ManagedFields capped() {
        List<Map.Entry<Owner, Entry>> updaters = entries.entrySet().stream()
                .filter(entry -> entry.getKey().operation() == Operation.UPDATE)
                .sorted(ORDER)
                .toList();
        int most = entries.size() - updaters.size() + MOST_UPDATERS;
        Map<Owner, Entry> kept = new LinkedHashMap<>(entries);
        Map<String, Owner> first = new HashMap<>();
        for (Map.Entry<Owner, Entry> updater : updaters) {
            String version = updater.getKey().apiVersion();
            Owner older = kept.size() > most ? first.putIfAbsent(version, updater.getKey()) : null;
            if (older != null) {
                Owner joined = new Owner(ANCIENT, Operation.UPDATE, version, "");
                FieldSet fields = FieldSet.EMPTY;
                for (Owner owner : List.of(older, joined, updater.getKey())) {
                    Entry entry = kept.remove(owner);
                    fields = entry == null ? fields : fields.union(entry.fields());
                }
                kept.put(joined, updater.getValue().with(fields));
            }
        }
        return new ManagedFields(kept);
    }

    void writeTo(ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        ArrayNode array = metadata.putArray("managedFields");
        for (Entry entry : entries.values()) {
            if (entry.fields().depth() + DEPTH_OF_RECORD > Json.MAX_DEPTH) {
                throw ApiException.badRequest("the object is nested too deep for its owners to be recorded: at most "
                        + (Json.MAX_DEPTH - DEPTH_OF_RECORD) + " levels");
            }
        }
        entries.entrySet().stream().sorted(ORDER).forEach(entry -> {
            ObjectNode node = array.addObject();
            node.put("manager", entry.getKey().manager());
            node.put("operation", entry.getKey().operation().word);
            node.put("apiVersion", entry.getValue().apiVersion());
            if (!entry.getValue().time().equals(Instant.EPOCH)) {
                node.put("time", entry.getValue().time().toString());
            }
            node.put("fieldsType", "FieldsV1");
            node.set("fieldsV1", entry.getValue().fields().toJson());
            if (!entry.getKey().subresource().isEmpty()) {
                node.put("subresource", entry.getKey().subresource());
            }
        });
    }

    /** What the client sent if it sent any that can be read, else what the live object has; nothing when the client sent an empty list. */
    private static ManagedFields sent(ObjectNode updated, @Nullable ObjectNode live, Writer writer) {
        JsonNode sent = updated.path("metadata").path("managedFields");
        if (sent.isArray() && writer.subresource().isEmpty()) {
            boolean reset = sent.isEmpty() || (sent.size() == 1 && sent.get(0).isEmpty());
            if (reset) {
                return new ManagedFields(Map.of());
            }
            if (fault(updated).isEmpty()) {
                return of(updated);
            }
        }
        return live == null ? new ManagedFields(Map.of()) : of(live);
    }

    /** Why the record that an object carries cannot be read; empty when it can. */
    public static Optional<String> fault(ObjectNode object) {
        try {
            of(object);
            return Optional.empty();
        } catch (ApiException unreadable) {
            return Optional.of(String.valueOf(unreadable.getMessage()));
        }
    }

    private static Instant time(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ApiException.badRequest("metadata.managedFields: \"" + text + "\" is not a time");
        }
    }

    private static FieldSet notOwned() {
        UnaryOperator<FieldSet.Builder> leaf = FieldSet.Builder::member;
        FieldSet.Builder metadata = new FieldSet.Builder().member();
        for (String name : List.of(
                "name",
                "namespace",
                "creationTimestamp",
                "selfLink",
                "uid",
                "clusterName",
                "generation",
                "managedFields",
                "resourceVersion")) {
            metadata.put(
                    PathElement.field(name), leaf.apply(new FieldSet.Builder()).build());
        }
        FieldSet.Builder root = new FieldSet.Builder();
        root.put(PathElement.field("metadata"), metadata.build());
        for (String name : List.of("apiVersion", "kind")) {
            root.put(PathElement.field(name), leaf.apply(new FieldSet.Builder()).build());
        }
        return root.build();
    }
}
