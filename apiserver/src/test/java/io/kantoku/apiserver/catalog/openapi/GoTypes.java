package io.kantoku.apiserver.catalog.openapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the Go sources of the Kubernetes API say of its types and no generated client repeats: OpenAPI names, list types, patch
 * keys, enumerations, and the descriptions of fields that are objects.
 */
final class GoTypes {
    private static final Pattern STRUCT = Pattern.compile("type (\\w+) struct \\{");
    private static final Pattern FIELD = Pattern.compile("\\t(\\w+)\\s+(\\S.*?)\\s+`(.*)`.*");
    private static final Pattern EMBEDDED = Pattern.compile("\\t([\\w.]+)\\s+`(.*)`.*");
    private static final Pattern MODEL_NAME =
            Pattern.compile("func \\(in (\\w+)\\) OpenAPIModelName\\(\\) string \\{\\s+return \"([^\"]+)\"");
    private static final Pattern NAMED = Pattern.compile("type (\\w+) string");
    private static final Pattern CONSTANT = Pattern.compile("\\t\\w+\\s+(\\w+)\\s+=\\s+\"([^\"]*)\".*");
    private static final Pattern GROUP = Pattern.compile("GroupName = \"([^\"]*)\"");
    private static final Pattern MARKER = Pattern.compile("\\+(\\w+)(?:=(.*))?");

    private final Map<String, Type> byModelName = new TreeMap<>();
    private final Map<String, String> groups = new HashMap<>();

    /** A struct, with the fields of the structs that are inlined in it. */
    record Type(
            String directory,
            String name,
            String modelName,
            boolean atomic,
            String description,
            Map<String, Field> fields) {}

    /** A field, by its JSON name. */
    record Field(
            String goType,
            String description,
            Map<String, List<String>> markers,
            Map<String, String> tags,
            List<String> values) {
        String marker(String name) {
            List<String> all = markers.getOrDefault(name, List.of());
            return all.isEmpty() ? "" : all.getFirst();
        }
    }

    /** Reads all packages below a {@code k8s.io} source directory. */
    GoTypes(Path root) throws IOException {
        List<Path> directories;
        try (Stream<Path> files = Files.walk(root)) {
            directories = files.filter(file -> file.endsWith("zz_generated.model_name.go"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
        Map<String, Struct> structs = new HashMap<>();
        Map<String, String> modelNames = new LinkedHashMap<>();
        Map<String, List<String>> enums = new HashMap<>();
        for (Path directory : directories) {
            read(root, directory, structs, modelNames, enums);
        }
        modelNames.forEach((key, modelName) -> {
            Struct struct = structs.get(key);
            if (struct != null) {
                Map<String, Field> fields = new LinkedHashMap<>();
                flatten(struct, structs, enums, fields);
                String directory = key.substring(0, key.lastIndexOf('#'));
                byModelName.put(
                        modelName,
                        new Type(directory, struct.name, modelName, struct.atomic, struct.description, fields));
            }
        });
    }

    Map<String, Type> types() {
        return byModelName;
    }

    /** The API group of a model name's package, {@code io.k8s.api.apps.v1} for example. */
    Map<String, String> groups() {
        return groups;
    }

    private record Struct(
            String directory,
            String name,
            boolean atomic,
            String description,
            List<Raw> fields,
            List<String> embedded) {}

    private record Raw(
            String json,
            String goType,
            String description,
            Map<String, List<String>> markers,
            Map<String, String> tags) {}

    private void read(
            Path root,
            Path directory,
            Map<String, Struct> structs,
            Map<String, String> modelNames,
            Map<String, List<String>> enums)
            throws IOException {
        String relative = root.relativize(directory).toString();
        String names = Files.readString(directory.resolve("zz_generated.model_name.go"));
        Matcher matcher = MODEL_NAME.matcher(names);
        String modelPackage = "";
        while (matcher.find()) {
            modelNames.put(relative + "#" + matcher.group(1), matcher.group(2));
            modelPackage = matcher.group(2).substring(0, matcher.group(2).lastIndexOf('.'));
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".go")
                            && !f.toString().endsWith("_test.go")
                            && !f.getFileName().toString().startsWith("zz_")
                            && !f.getFileName().toString().startsWith("generated"))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                Matcher group = GROUP.matcher(text);
                if (group.find()) {
                    groups.put(modelPackage, group.group(1));
                }
                parse(relative, text.lines().toList(), structs, enums);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void parse(
            String directory, List<String> lines, Map<String, Struct> structs, Map<String, List<String>> enums) {
        List<String> comment = new ArrayList<>();
        Struct open = null;
        for (String line : lines) {
            String stripped = line.strip();
            if (stripped.startsWith("//")) {
                comment.add(stripped.substring(2).strip());
                continue;
            }
            Matcher struct = STRUCT.matcher(line);
            Matcher named = NAMED.matcher(line);
            Matcher constant = CONSTANT.matcher(line);
            if (struct.matches()) {
                Map<String, List<String>> markers = markers(comment);
                open = new Struct(
                        directory,
                        struct.group(1),
                        markers.getOrDefault("structType", List.of()).contains("atomic"),
                        description(comment),
                        new ArrayList<>(),
                        new ArrayList<>());
                structs.put(directory + "#" + open.name, open);
            } else if (open != null && line.startsWith("}")) {
                open = null;
            } else if (open != null) {
                member(open, line, comment);
            } else if (named.matches() && comment.contains("+enum")) {
                enums.putIfAbsent(directory + "#" + named.group(1), new ArrayList<>());
            } else if (constant.matches() && enums.containsKey(directory + "#" + constant.group(1))) {
                enums.get(directory + "#" + constant.group(1)).add(constant.group(2));
            }
            comment.clear();
        }
    }

    private static void member(Struct struct, String line, List<String> comment) {
        Matcher field = FIELD.matcher(line);
        Matcher embedded = EMBEDDED.matcher(line);
        if (field.matches()) {
            Map<String, String> tags = tags(field.group(3));
            String json = tags.getOrDefault("json", "").split(",", -1)[0];
            if (tags.getOrDefault("json", "").contains("inline")) {
                struct.embedded.add(field.group(2));
            } else if (!json.isEmpty() && !json.equals("-")) {
                struct.fields.add(new Raw(json, field.group(2), description(comment), markers(comment), tags));
            }
        } else if (embedded.matches()) {
            Map<String, String> tags = tags(embedded.group(2));
            String json = tags.getOrDefault("json", "").split(",", -1)[0];
            if (json.isEmpty()) {
                struct.embedded.add(embedded.group(1));
            } else {
                struct.fields.add(new Raw(json, embedded.group(1), description(comment), markers(comment), tags));
            }
        }
    }

    private static void flatten(
            Struct struct, Map<String, Struct> structs, Map<String, List<String>> enums, Map<String, Field> into) {
        for (String embedded : struct.embedded) {
            Struct other = structs.get(struct.directory + "#" + embedded);
            if (other != null) {
                flatten(other, structs, enums, into);
            }
        }
        for (Raw raw : struct.fields) {
            String bare = raw.goType.replace("*", "").replace("[]", "");
            into.put(
                    raw.json,
                    new Field(
                            raw.goType,
                            raw.description,
                            raw.markers,
                            raw.tags,
                            enums.getOrDefault(struct.directory + "#" + bare, List.of())));
        }
    }

    private static Map<String, String> tags(String text) {
        Map<String, String> tags = new HashMap<>();
        Matcher matcher = Pattern.compile("(\\w+):\"([^\"]*)\"").matcher(text);
        while (matcher.find()) {
            tags.put(matcher.group(1), matcher.group(2));
        }
        return tags;
    }

    private static Map<String, List<String>> markers(List<String> comment) {
        Map<String, List<String>> markers = new HashMap<>();
        for (String line : comment) {
            Matcher matcher = MARKER.matcher(line);
            if (matcher.matches()) {
                String value = matcher.group(2) == null ? "" : matcher.group(2);
                markers.computeIfAbsent(matcher.group(1), any -> new ArrayList<>())
                        .add(value);
            }
        }
        return markers;
    }

    /** The sentences for users: no markers, and nothing after a line of dashes. */
    private static String description(List<String> comment) {
        StringBuilder text = new StringBuilder();
        for (String line : comment) {
            if (line.equals("---")) {
                break;
            }
            if (line.startsWith("+") || line.startsWith("TODO") || line.startsWith("@")) {
                continue;
            }
            if (line.isEmpty()) {
                text.append("\n\n");
            } else {
                boolean glued = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
                text.append(glued ? "" : " ").append(line);
            }
        }
        return text.toString().strip();
    }
}
