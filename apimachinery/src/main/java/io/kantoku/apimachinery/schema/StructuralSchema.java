package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A structural schema: the form of OpenAPI v3 schema that a CustomResourceDefinition must have, so that objects can be pruned, given
 * defaults, validated and merged by it. Immutable.
 */
public final class StructuralSchema {
    /** How a list is merged and which items are duplicates. */
    enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    static final Set<String> TYPE_AND_METADATA = Set.of("apiVersion", "kind", "metadata");

    private final String type;
    private final Map<String, StructuralSchema> properties = new LinkedHashMap<>();
    private final boolean additionalAllowed;
    private final @Nullable StructuralSchema additional;
    private final @Nullable StructuralSchema items;
    private final boolean nullable;
    private final @Nullable JsonNode defaultValue;
    private final boolean preserveUnknownFields;
    private final boolean intOrString;
    private final boolean embeddedResource;
    private final ListType listType;
    private final List<String> mapKeys = new ArrayList<>();
    private final boolean atomicMap;
    private final List<ValidationRule> validations = new ArrayList<>();
    private final ValueRules rules;
    private final boolean hasRules;
    private final boolean hasKeyedLists;

    private StructuralSchema(JsonNode json) {
        type = json.path("type").asText();
        json.path("properties").properties().forEach(entry -> properties.put(entry.getKey(), parse(entry.getValue())));
        JsonNode more = json.path("additionalProperties");
        additionalAllowed = more.isObject() || more.asBoolean();
        additional = more.isObject() ? parse(more) : null;
        items = json.path("items").isObject() ? parse(json.path("items")) : null;
        nullable = json.path("nullable").asBoolean();
        defaultValue = json.hasNonNull("default") ? json.get("default").deepCopy() : null;
        preserveUnknownFields =
                json.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        intOrString = json.path("x-kubernetes-int-or-string").asBoolean();
        embeddedResource = json.path("x-kubernetes-embedded-resource").asBoolean();
        listType = switch (json.path("x-kubernetes-list-type").asText()) {
            case "set" -> ListType.SET;
            case "map" -> ListType.MAP;
            default -> ListType.ATOMIC;
        };
        json.path("x-kubernetes-list-map-keys").forEach(key -> mapKeys.add(key.asText()));
        atomicMap = json.path("x-kubernetes-map-type").asText().equals("atomic");
        for (JsonNode rule : json.path("x-kubernetes-validations")) {
            validations.add(new ValidationRule(
                    rule.path("rule").asText(),
                    rule.path("message").asText(),
                    rule.path("messageExpression").asText(),
                    rule.path("reason").asText("FieldValueInvalid"),
                    rule.path("fieldPath").asText(),
                    rule.path("optionalOldSelf").asBoolean()));
        }
        rules = ValueRules.parse(json);
        hasRules = !validations.isEmpty() || children().stream().anyMatch(StructuralSchema::hasRules);
        hasKeyedLists = listType != ListType.ATOMIC || children().stream().anyMatch(StructuralSchema::hasKeyedLists);
    }

    /**
     * Reads the schema of a CRD's version, one that {@link #check} found good.
     *
     * @throws IllegalArgumentException when a pattern cannot be compiled
     */
    public static StructuralSchema parse(JsonNode schema) {
        return new StructuralSchema(schema);
    }

    /**
     * What keeps the schema of a CRD's version from being structural or otherwise usable, in upstream's words.
     *
     * @param path where the schema is in the CRD
     */
    public static List<FieldError> check(JsonNode schema, FieldPath path) {
        return new StructuralCheck().check(schema, path);
    }

    /**
     * Removes the fields of an object that its schema does not know.
     *
     * @param object a whole object, whose {@code apiVersion}, {@code kind} and {@code metadata} are kept as they are
     * @return the paths of what was removed, sorted
     */
    public List<String> prune(ObjectNode object) {
        return new Pruning().pruneRoot(object, this);
    }

    /** Sets the defaults of absent fields, and removes nulls from fields that are not nullable. */
    public void applyDefaults(JsonNode node) {
        Defaults.apply(node, this);
        Defaults.removeNulls(node, this);
    }

    /** What is wrong with an object; rules in CEL are not evaluated. */
    public List<FieldError> validate(JsonNode node) {
        return validate(node, null, RuleEvaluator.NONE);
    }

    /**
     * What is wrong with an object.
     *
     * @param old the object before the change, null at creation
     * @param evaluator evaluates CEL rules
     */
    public List<FieldError> validate(JsonNode node, @Nullable JsonNode old, RuleEvaluator evaluator) {
        return new SchemaValidation(evaluator).validate(node, old, this, FieldPath.ROOT);
    }

    /** How objects of this schema are divided among owners by server-side apply. */
    public TypeSchema typeSchema() {
        return new TypeSchema.Granular(
                name -> switch (name) {
                    case "metadata" -> BuiltinTypes.metadata();
                    case "apiVersion", "kind" -> TypeSchema.deduced();
                    default -> memberType(name);
                },
                name -> TYPE_AND_METADATA.contains(name) || properties.containsKey(name));
    }

    /** The schema of a subtree, for example of {@code status}; this schema when the path is empty, null when there is none. */
    public @Nullable StructuralSchema at(String... path) {
        StructuralSchema schema = this;
        for (String name : path) {
            schema = schema == null ? null : schema.member(name);
        }
        return schema;
    }

    private TypeSchema ownType() {
        if (preserveUnknownFields && properties.isEmpty()) {
            return atomicMap ? TypeSchema.atomic() : TypeSchema.deduced();
        }
        if (type.equals("array")) {
            return listTypeSchema();
        }
        if (atomicMap) {
            return TypeSchema.atomic();
        }
        if (embeddedResource) {
            return typeSchema();
        }
        return properties.isEmpty() && additional == null
                ? TypeSchema.deduced()
                : new TypeSchema.Granular(this::memberType, properties::containsKey);
    }

    private TypeSchema listTypeSchema() {
        return switch (listType) {
            case ATOMIC -> TypeSchema.atomic();
            case SET -> new TypeSchema.SetList();
            case MAP -> {
                Map<String, JsonNode> defaults = new HashMap<>();
                for (String key : mapKeys) {
                    StructuralSchema member = items == null ? null : items.member(key);
                    if (member != null && member.defaultValue != null) {
                        defaults.put(key, member.defaultValue);
                    }
                }
                yield new TypeSchema.MapList(mapKeys, defaults, items == null ? TypeSchema.deduced() : items.ownType());
            }
        };
    }

    private TypeSchema memberType(String name) {
        StructuralSchema member = member(name);
        return member == null ? TypeSchema.deduced() : member.ownType();
    }

    @Nullable
    StructuralSchema member(String name) {
        StructuralSchema property = properties.get(name);
        return property == null ? additional : property;
    }

    public String type() {
        return type;
    }

    public Map<String, StructuralSchema> properties() {
        return properties;
    }

    boolean additionalAllowed() {
        return additionalAllowed;
    }

    public @Nullable StructuralSchema additional() {
        return additional;
    }

    public @Nullable StructuralSchema items() {
        return items;
    }

    public boolean nullable() {
        return nullable;
    }

    public @Nullable JsonNode defaultValue() {
        return defaultValue;
    }

    public boolean preserveUnknownFields() {
        return preserveUnknownFields;
    }

    public boolean intOrString() {
        return intOrString;
    }

    public boolean embeddedResource() {
        return embeddedResource;
    }

    ListType listType() {
        return listType;
    }

    List<String> mapKeys() {
        return mapKeys;
    }

    public List<ValidationRule> validations() {
        return validations;
    }

    ValueRules rules() {
        return rules;
    }

    /** Whether this schema or one below it has rules in CEL. */
    public boolean hasRules() {
        return hasRules;
    }

    /** Whether this schema or one below it is of a list whose items must differ. */
    boolean hasKeyedLists() {
        return hasKeyedLists;
    }

    /** The schemas of members, map values and list items. */
    public List<StructuralSchema> children() {
        List<StructuralSchema> children = new ArrayList<>(properties.values());
        Stream.of(additional, items).filter(Objects::nonNull).forEach(children::add);
        return children;
    }

    /** Whether items of the list are told apart by keys, and so have former selves. */
    public boolean isMapList() {
        return listType == ListType.MAP;
    }

    public List<String> required() {
        return rules.required();
    }

    public List<JsonNode> enumeration() {
        return rules.enumeration();
    }

    /** For example {@code date-time}, {@code ""} for none. */
    public String format() {
        return rules.format();
    }

    /** In characters, negative for no bound, as for the other two. */
    public int maxLength() {
        return rules.maxLength();
    }

    public int maxItems() {
        return rules.maxItems();
    }

    public int maxProperties() {
        return rules.maxProperties();
    }

    /** The schema of any text. */
    public static StructuralSchema text() {
        return parse(Json.object().put("type", "string"));
    }

    /** What rules may know of an object's metadata: its name. */
    public static StructuralSchema names() {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("name").put("type", "string").put("maxLength", 253);
        properties.putObject("generateName").put("type", "string").put("maxLength", 253);
        return parse(schema);
    }
}
