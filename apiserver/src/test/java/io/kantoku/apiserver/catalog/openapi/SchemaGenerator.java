package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.annotations.SerializedName;
import io.kantoku.apimachinery.Json;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Pod;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the resource that {@link BuiltInSchemas} reads, from the models of the Kubernetes Java client and from the Go sources
 * of the same release. {@code apiserver/src/test/openapi/renew.sh} gets both and runs this.
 */
final class SchemaGenerator {
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z]+)?(V[0-9]+)([A-Z].*)");
    private static final String AGGREGATOR = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String MODELS = "io/kubernetes/client/openapi/models/";

    /** What the client's class names leave open; alpha and beta versions are not served, and left out. */
    private static final Map<String, String> NAMED = Map.of(
            "V1Preconditions", META + "Preconditions",
            "VersionInfo", "io.k8s.apimachinery.pkg.version.Info",
            "V1APIService", AGGREGATOR + "APIService",
            "V1APIServiceList", AGGREGATOR + "APIServiceList",
            "V1APIServiceSpec", AGGREGATOR + "APIServiceSpec",
            "V1APIServiceStatus", AGGREGATOR + "APIServiceStatus",
            "V1APIServiceCondition", AGGREGATOR + "APIServiceCondition",
            "ApiregistrationV1ServiceReference", AGGREGATOR + "ServiceReference");

    private final GoTypes go;
    private final Map<Class<?>, String> names = new HashMap<>();

    private SchemaGenerator(GoTypes go) {
        this.go = go;
    }

    /** Arguments: the {@code k8s.io} source directory, and the file to write. */
    public static void main(String[] arguments) throws Exception {
        SchemaGenerator generator = new SchemaGenerator(new GoTypes(Path.of(arguments[0])));
        Path target = Path.of(arguments[1]);
        int types = generator.write(target);
        System.out.println(types + " types, " + Files.size(target) + " bytes in " + target);
    }

    private int write(Path target) throws IOException, URISyntaxException, ReflectiveOperationException {
        List<Class<?>> classes = models();
        for (Class<?> model : classes) {
            modelName(model.getSimpleName()).ifPresent(name -> names.put(model, name));
        }
        Map<String, ObjectNode> types = new TreeMap<>();
        for (Class<?> model : classes) {
            String name = names.get(model);
            if (name != null) {
                types.put(name, type(model, name));
            } else if (CLASS.matcher(model.getSimpleName()).matches()) {
                System.err.println("no Go type: " + model.getSimpleName());
            }
        }
        try (OutputStream file = Files.newOutputStream(target)) {
            member(file, types, SchemaGenerator::withoutTexts);
            member(file, types, struct -> struct);
        }
        return types.size();
    }

    /** Writes one object as one gzip member. */
    private static void member(OutputStream file, Map<String, ObjectNode> types, UnaryOperator<ObjectNode> form)
            throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed) {
                    {
                        def.setLevel(9);
                    }
                };
                JsonGenerator json = Json.mapper().getFactory().createGenerator(gzip, JsonEncoding.UTF8)) {
            json.writeStartObject();
            for (Map.Entry<String, ObjectNode> entry : types.entrySet()) {
                json.writeFieldName(entry.getKey());
                json.writeTree(form.apply(entry.getValue()));
            }
            json.writeEndObject();
        }
        packed.writeTo(file);
    }

    private static ObjectNode withoutTexts(ObjectNode struct) {
        ObjectNode bare = Json.object();
        if (struct.has("g")) {
            bare.set("g", struct.path("g"));
        }
        ObjectNode fields = bare.putObject("p");
        struct.path("p").properties().forEach(field -> {
            JsonNode value = field.getValue();
            fields.put(
                    field.getKey(), value.path("t").asText() + (value.path("w").asBoolean() ? "!" : ""));
        });
        return bare;
    }

    private static List<Class<?>> models() throws IOException, URISyntaxException, ClassNotFoundException {
        Path jar = Path.of(
                V1Pod.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> classes = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (String name :
                    file.stream().map(entry -> entry.getName()).sorted().toList()) {
                if (name.startsWith(MODELS) && name.endsWith(".class") && !name.contains("$")) {
                    String className = name.substring(0, name.length() - 6).replace('/', '.');
                    Class<?> model = Class.forName(className);
                    if (hasFields(model)) {
                        classes.add(model);
                    }
                }
            }
        }
        return classes;
    }

    private static boolean hasFields(Class<?> model) {
        try {
            return model.getField("openapiFields") != null;
        } catch (NoSuchFieldException notAModel) {
            return false;
        }
    }

    private Optional<String> modelName(String simpleName) {
        String known = NAMED.get(simpleName);
        if (known != null) {
            return Optional.of(known);
        }
        Matcher matcher = CLASS.matcher(simpleName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String prefix = matcher.group(1) == null ? "" : matcher.group(1).toLowerCase(Locale.ROOT);
        String ending = "." + matcher.group(2).toLowerCase(Locale.ROOT) + "." + matcher.group(3);
        List<String> candidates = go.types().keySet().stream()
                .filter(name -> name.endsWith(ending))
                .filter(name -> prefix.isEmpty() || name.endsWith("." + prefix + ending))
                .filter(name -> !name.contains(".extensions.")
                        && !name.contains(".imagepolicy.")
                        && !name.contains(".admission."))
                .toList();
        if (candidates.size() > 1) {
            System.err.println("ambiguous: " + simpleName + " " + candidates);
        }
        return candidates.stream().findFirst();
    }

    private ObjectNode type(Class<?> model, String name) throws ReflectiveOperationException {
        GoTypes.Type source = go.types().get(name);
        ObjectNode type = Json.object();
        ApiModel annotation = model.getAnnotation(ApiModel.class);
        String description = annotation == null ? "" : annotation.description();
        put(type, "d", description.isEmpty() && source != null ? source.description() : description);
        if (source != null && source.atomic()) {
            type.put("u", "atomic");
        }
        @SuppressWarnings("unchecked")
        Set<String> required =
                (Set<String>) model.getField("openapiRequiredFields").get(null);
        ObjectNode fields = Json.object();
        Map<String, Field> sorted = new TreeMap<>();
        for (Field field : model.getDeclaredFields()) {
            SerializedName json = field.getAnnotation(SerializedName.class);
            if (json != null && !Modifier.isStatic(field.getModifiers())) {
                sorted.put(json.value(), field);
            }
        }
        for (Map.Entry<String, Field> entry : sorted.entrySet()) {
            GoTypes.Field overlay = source == null ? null : source.fields().get(entry.getKey());
            ObjectNode field = field(entry.getValue(), overlay);
            if (required.contains(entry.getKey())) {
                field.put("r", true);
            }
            fields.set(entry.getKey(), field);
        }
        if (sorted.containsKey("apiVersion") && sorted.containsKey("kind")) {
            kind(name, sorted).ifPresent(kind -> type.putArray("g").add(kind));
        }
        type.set("p", fields);
        return type;
    }

    /** {@code group/version/Kind} of the types that are objects of the API. */
    private Optional<String> kind(String name, Map<String, Field> fields) {
        String holder = name.substring(0, name.lastIndexOf('.'));
        String kind = name.substring(name.lastIndexOf('.') + 1);
        String version = holder.substring(holder.lastIndexOf('.') + 1);
        if (name.startsWith(META)) {
            return Optional.of("/v1/" + kind);
        }
        if (!fields.containsKey("metadata")) {
            return Optional.empty();
        }
        String group = name.startsWith(AGGREGATOR)
                ? "apiregistration.k8s.io"
                : go.groups().get(holder);
        if (group == null) {
            throw new IllegalStateException("no group for " + holder);
        }
        return Optional.of(group + "/" + version + "/" + kind);
    }

    private ObjectNode field(Field field, GoTypes.Field overlay) {
        ObjectNode json = Json.object();
        String goType = overlay == null ? "" : overlay.goType();
        json.put("t", expression(field.getGenericType(), goType));
        String description = description(field);
        put(json, "d", description.isEmpty() && overlay != null ? overlay.description() : description);
        if (overlay == null) {
            return json;
        }
        if (alwaysWritten(json.path("t").asText(), goType, overlay.tags().getOrDefault("json", ""))) {
            json.put("w", true);
        }
        put(json, "l", overlay.marker("listType"));
        List<String> keys = overlay.markers().getOrDefault("listMapKey", List.of());
        if (!keys.isEmpty()) {
            ArrayNode array = json.putArray("k");
            keys.forEach(array::add);
        }
        put(json, "m", overlay.tags().getOrDefault("patchMergeKey", ""));
        put(json, "s", overlay.tags().getOrDefault("patchStrategy", ""));
        String mapType = overlay.marker("mapType");
        put(json, "u", mapType.isEmpty() ? overlay.marker("structType") : mapType);
        if (!overlay.values().isEmpty()) {
            ArrayNode values = json.putArray("e");
            overlay.values().stream().distinct().sorted().forEach(values::add);
        }
        return json;
    }

    /**
     * Whether Go's encoder writes the field even when nothing was set: structs always, plain values unless told otherwise.
     * What it then writes as null is left out, for a null and an absent field read the same.
     */
    private static boolean alwaysWritten(String expression, String goType, String tag) {
        if (goType.startsWith("*")
                || goType.startsWith("[]")
                || goType.startsWith("map[")
                || tag.contains("omitzero")) {
            return false;
        }
        boolean struct =
                expression.startsWith("#") || expression.equals("quantity") || expression.equals("int-or-string");
        boolean plain = Set.of("string", "boolean", "int32", "int64", "double").contains(expression);
        return struct || (plain && !tag.contains("omitempty"));
    }

    private static String description(Field field) {
        String getter = field.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + field.getName().substring(1);
        for (Method method : field.getDeclaringClass().getMethods()) {
            if (method.getName().equals("get" + getter) || method.getName().equals("is" + getter)) {
                ApiModelProperty property = method.getAnnotation(ApiModelProperty.class);
                if (property != null) {
                    return property.value();
                }
            }
        }
        return "";
    }

    private static void put(ObjectNode json, String member, String value) {
        if (!value.isEmpty()) {
            json.put(member, value);
        }
    }

    /** A type as {@link TypeExpression} reads it. */
    private String expression(Type type, String goType) {
        if (type instanceof ParameterizedType generic) {
            Type[] parts = generic.getActualTypeArguments();
            String goElement = goType.replaceFirst("^\\*?(\\[]|map\\[[^]]*])", "");
            return parts.length == 2 ? "{}" + expression(parts[1], goElement) : "[]" + expression(parts[0], goElement);
        }
        if (type == String.class) {
            return "string";
        } else if (type == Integer.class) {
            return "int32";
        } else if (type == Long.class) {
            return "int64";
        } else if (type == Double.class) {
            return "double";
        } else if (type == Boolean.class) {
            return "boolean";
        } else if (type == byte[].class) {
            return "byte";
        } else if (type == IntOrString.class) {
            return "int-or-string";
        } else if (type == Quantity.class) {
            return "quantity";
        } else if (type == OffsetDateTime.class) {
            return goType.endsWith("MicroTime") ? "micro-time" : "time";
        } else if (type == Object.class) {
            return goType.endsWith("RawExtension") || goType.endsWith("FieldsV1") ? "object" : "any";
        }
        String name = type instanceof Class<?> model ? names.get(model) : null;
        if (name == null) {
            throw new IllegalStateException("no schema type for " + type);
        }
        return "#" + name;
    }
}
