package io.kantoku.apimachinery.schema;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.patch.PatchSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The built-in kinds: how their lists and objects are merged by strategic merge patch and divided among owners by server-side apply.
 *
 * <p>Read once from the table {@code builtin-types.txt}, which says what it is derived from. Immutable.
 */
public final class BuiltinTypes {
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("", "core"),
            Map.entry("admissionregistration.k8s.io", "admissionregistration"),
            Map.entry("apiextensions.k8s.io", "apiextensions"),
            Map.entry("apiregistration.k8s.io", "apiregistration"),
            Map.entry("internal.apiserver.k8s.io", "apiserverinternal"),
            Map.entry("apps", "apps"),
            Map.entry("autoscaling", "autoscaling"),
            Map.entry("batch", "batch"),
            Map.entry("certificates.k8s.io", "certificates"),
            Map.entry("coordination.k8s.io", "coordination"),
            Map.entry("discovery.k8s.io", "discovery"),
            Map.entry("events.k8s.io", "events"),
            Map.entry("extensions", "extensions"),
            Map.entry("flowcontrol.apiserver.k8s.io", "flowcontrol"),
            Map.entry("networking.k8s.io", "networking"),
            Map.entry("node.k8s.io", "node"),
            Map.entry("policy", "policy"),
            Map.entry("rbac.authorization.k8s.io", "rbac"),
            Map.entry("resource.k8s.io", "resource"),
            Map.entry("scheduling.k8s.io", "scheduling"),
            Map.entry("storage.k8s.io", "storage"),
            Map.entry("storagemigration.k8s.io", "storagemigration"));

    private static final String METADATA = "meta.v1.ObjectMeta";

    /** Loaded on first use. */
    private static final class Table {
        private static final BuiltinTypes INSTANCE = new BuiltinTypes();
    }

    private final Map<String, Type> types;

    private BuiltinTypes() {
        try (InputStream in = BuiltinTypes.class.getResourceAsStream("builtin-types.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        Objects.requireNonNull(in, "builtin-types.txt"), StandardCharsets.UTF_8))) {
            types = read(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("the table of built-in types could not be read", e);
        }
    }

    /** For strategic merge patch; empty for kinds that are not built in, whose patches of that type are refused (415). */
    public static Optional<PatchSchema> patchSchema(GroupVersionKind kind) {
        return Table.INSTANCE.find(kind).map(type -> type);
    }

    /** For server-side apply; empty for kinds that are not built in. */
    public static Optional<TypeSchema> typeSchema(GroupVersionKind kind) {
        return Table.INSTANCE.find(kind).map(Type::typeSchema);
    }

    /** The type of {@code metadata} of all kinds, custom ones too. */
    public static TypeSchema metadata() {
        return Objects.requireNonNull(Table.INSTANCE.types.get(METADATA), METADATA)
                .typeSchema();
    }

    private Optional<Type> find(GroupVersionKind kind) {
        String name = PACKAGES.get(kind.group());
        return name == null
                ? Optional.empty()
                : Optional.ofNullable(types.get(name + "." + kind.version() + "." + kind.kind()));
    }

    private Map<String, Type> read(BufferedReader lines) throws IOException {
        Map<String, Type> read = new HashMap<>();
        Type type = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split(" ", -1);
            if (!line.startsWith(" ")) {
                type = new Type(words.length > 1 && words[1].equals("atomic"));
                read.put(words[0], type);
            } else if (type != null) {
                type.fields.put(words[0], TypeRow.parse(words));
            }
        }
        return Map.copyOf(read);
    }

    private @Nullable Type type(String name) {
        return types.get(name);
    }

    /** One type of the table, in both of its roles. */
    private final class Type implements PatchSchema {
        private final Map<String, TypeRow> fields = new HashMap<>();
        private final TypeSchema schema;

        Type(boolean atomic) {
            this.schema = atomic ? TypeSchema.atomic() : TypeSchema.Granular.ofFields(this::member);
        }

        TypeSchema typeSchema() {
            return schema;
        }

        private TypeSchema member(String name) {
            TypeRow field = fields.get(name);
            if (field == null) {
                return TypeSchema.plain();
            }
            return switch (field.shape()) {
                case OBJECT -> named(field.type());
                case MAP -> {
                    TypeSchema values = field.type().equals("atomic") ? TypeSchema.atomic() : named(field.type());
                    yield TypeSchema.Granular.ofKeys(values);
                }
                case MAP_LIST ->
                    new TypeSchema.MapList(field.keys(), field.defaults(), named(field.type()), field.always());
                case SET_LIST -> new TypeSchema.SetList();
                case ATOMIC -> TypeSchema.atomic();
                case LIST, ANY -> TypeSchema.plain();
            };
        }

        @Override
        public PatchSchema.Field field(String name) {
            TypeRow field = fields.get(name);
            if (field == null) {
                return PatchSchema.Field.plain(PatchSchema.UNKNOWN);
            }
            Type nested = type(field.type());
            PatchSchema of = nested == null ? PatchSchema.UNKNOWN : nested;
            PatchSchema items = field.shape() == TypeRow.Shape.MAP ? _ -> PatchSchema.Field.plain(of) : of;
            return new PatchSchema.Field(field.merge(), field.mergeKey(), false, items);
        }

        private TypeSchema named(String name) {
            Type type = type(name);
            return type == null ? TypeSchema.plain() : type.typeSchema();
        }
    }
}
