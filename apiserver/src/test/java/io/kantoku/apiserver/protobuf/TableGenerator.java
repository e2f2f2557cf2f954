package io.kantoku.apiserver.protobuf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes {@code messages.txt} from the Go sources of the Kubernetes API: for each type the numbers of its fields in protobuf and
 * their names in JSON, both of which stand in the tags of its struct. Run by {@code src/test/protobuf/renew.sh}.
 */
public final class TableGenerator {
    private static final Pattern STRUCT = Pattern.compile("^type (\\w+) struct \\{");
    private static final Pattern OTHER_TYPE = Pattern.compile("^type (\\w+) (=?\\s*(?!struct)[\\w\\[\\].*]+)");
    private static final Pattern FIELD = Pattern.compile("^\\t(?:(\\w+)\\s+)?([\\w\\[\\].*]+)\\s+`(.*)`");
    private static final Pattern IMPORT = Pattern.compile("^\\t(?:(\\w+) )?\"(k8s\\.io/[^\"]+)\"");

    private final Map<String, List<String[]>> structs = new TreeMap<>();
    private final Map<String, String> aliases = new HashMap<>();

    private TableGenerator() {}

    /** @param arguments the directory {@code k8s.io} of the Go sources, and the file to write */
    public static void main(String[] arguments) throws IOException {
        TableGenerator generator = new TableGenerator();
        Path root = Path.of(arguments[0]);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(TableGenerator::interesting).sorted().toList()) {
                generator.read(root, file);
            }
        }
        Files.writeString(Path.of(arguments[1]), generator.table());
    }

    private static boolean interesting(Path file) {
        String path = file.toString();
        return path.endsWith(".go")
                && !path.endsWith("_test.go")
                && !path.contains("generated")
                && !path.contains("alpha")
                && (path.contains("/api/") && path.endsWith("types.go")
                        || path.contains("/apimachinery/pkg/apis/meta/v1/types.go")
                        || path.contains("/apimachinery/pkg/apis/meta/v1/group_version.go")
                        || path.contains("/apimachinery/pkg/types/")
                        || path.contains("/pkg/apis/apiextensions/v1/types"));
    }

    private static String packageName(String importPath) {
        String[] parts = importPath.split("/");
        String last = parts[parts.length - 1];
        return last.matches("v\\d+.*") ? parts[parts.length - 2] + "." + last : last;
    }

    private void read(Path root, Path file) throws IOException {
        String here = packageName("k8s.io/" + root.relativize(file.getParent()));
        Map<String, String> imports = new HashMap<>();
        List<String[]> fields = null;
        for (String line : Files.readAllLines(file)) {
            Matcher imported = IMPORT.matcher(line);
            Matcher struct = STRUCT.matcher(line);
            Matcher other = OTHER_TYPE.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (imported.find()) {
                String path = imported.group(2);
                imports.put(
                        imported.group(1) == null ? path.substring(path.lastIndexOf('/') + 1) : imported.group(1),
                        packageName(path));
            } else if (struct.find()) {
                fields = new ArrayList<>();
                structs.put(here + "." + struct.group(1), fields);
            } else if (line.startsWith("}")) {
                fields = null;
            } else if (other.find()) {
                aliases.put(
                        here + "." + other.group(1),
                        resolve(other.group(2).replace("=", "").strip(), here, imports));
            } else if (fields != null && field.find()) {
                add(fields, field, here, imports);
            }
        }
    }

    private static void add(List<String[]> fields, Matcher field, String here, Map<String, String> imports) {
        String protobuf = tag(field.group(3), "protobuf");
        if (protobuf.isEmpty() || protobuf.equals("-")) {
            return;
        }
        String json = tag(field.group(3), "json");
        String[] words = json.split(",", -1);
        boolean inline = json.contains(",inline");
        boolean plain = !json.contains("omitempty") && !inline;
        String name = inline ? ">" : words[0].isEmpty() || words[0].equals("-") ? protobufName(protobuf) : words[0];
        String type = resolve(field.group(2), here, imports);
        String number = protobuf.split(",")[1];
        fields.add(new String[] {number, name, type, plain ? "!" : ""});
    }

    private static String protobufName(String tag) {
        return tag.replaceFirst(".*name=(\\w+).*", "$1");
    }

    private static String tag(String tags, String name) {
        Matcher match = Pattern.compile(name + ":\"([^\"]*)\"").matcher(tags);
        return match.find() ? match.group(1) : "";
    }

    /** A Go type with packages as the table names them. */
    private static String resolve(String type, String here, Map<String, String> imports) {
        if (type.equals("[]byte")) {
            return "bytes";
        }
        if (type.startsWith("*")) {
            return "*" + resolve(type.substring(1), here, imports);
        }
        if (type.startsWith("[]")) {
            return "[]" + resolve(type.substring(2), here, imports);
        }
        if (type.startsWith("map[")) {
            return "{}" + resolve(type.substring(type.indexOf(']') + 1), here, imports);
        }
        if (type.contains(".")) {
            String[] parts = type.split("\\.");
            return imports.getOrDefault(parts[0], parts[0]) + "." + parts[1];
        }
        return type.matches("string|bool|int32|int64|int|uint8|float64|error") ? type : here + "." + type;
    }

    private String table() {
        StringBuilder text = new StringBuilder("""
                # The fields of the Kubernetes API in protobuf: derived from the struct tags of the Go sources of Kubernetes 1.36 (Apache License
                # 2.0, Copyright The Kubernetes Authors) by src/test/protobuf/renew.sh.
                #
                # A type begins at the margin. Then for each field its number, its name in JSON (> for one whose members stand in the object
                # itself), and its type: * present even when it is zero, [] a list, {} a map, ! written even when it is zero.
                """);
        structs.forEach((name, fields) -> {
            if (!fields.isEmpty()) {
                text.append(name).append('\n');
                for (String[] field : fields) {
                    text.append(' ').append(field[0]).append(' ').append(field[1]);
                    text.append(' ').append(plain(field[2])).append(field[3]).append('\n');
                }
            }
        });
        return text.toString();
    }

    /** A type with names that are no messages replaced by what they stand for. */
    private String plain(String type) {
        for (String prefix : List.of("*", "[]", "{}")) {
            if (type.startsWith(prefix)) {
                return prefix + plain(type.substring(prefix.length()));
            }
        }
        String stands = aliases.get(type);
        return stands == null || type.endsWith(".ExtraValue") || type.endsWith(".Verbs") ? type : plain(stands);
    }
}
