package io.kantoku.loadbalancer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.loadbalancer.model.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a published specification says of requests and answers, read from one of the files beside; tells how a request or an answer
 * differs from it.
 *
 * <p>A line of an operation: method, path, query parameters ({@code !} required, {@code /} one of these, the last one with
 * {@code !} for all), body, and each status with what the answer is. A line of an object's member: name ({@code !} required),
 * type, and the values, range or pattern that it may have.
 */
final class Contract {
    private final String base;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Map<String, Member>> objects = new TreeMap<>();

    private record Operation(
            String method, Pattern path, List<String> query, String body, Map<Integer, String> answers) {}

    private record Member(boolean required, String type, String allowed) {}

    private Contract(List<String> lines) {
        String prefix = "";
        Map<String, Member> current = Map.of();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            } else if (line.startsWith("base ")) {
                prefix = line.substring("base ".length());
            } else if (line.startsWith("object ")) {
                current = new LinkedHashMap<>();
                objects.put(line.substring("object ".length()), current);
            } else if (line.startsWith("  ")) {
                String[] words = line.strip().split(" ", 3);
                boolean required = words[0].endsWith("!");
                current.put(
                        words[0].replace("!", ""), new Member(required, words[1], words.length > 2 ? words[2] : ""));
            } else {
                operations.add(operation(prefix, line.split("\\|", -1)));
            }
        }
        base = prefix;
    }

    static Contract of(String version) {
        try (InputStream in = Contract.class.getResourceAsStream("contract/" + version + ".txt")) {
            return new Contract(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Operation operation(String base, String[] columns) {
        String path = columns[1].strip();
        String whole = path.startsWith("../../") ? base.substring(0, 3) + path.substring(5) : base + path;
        Map<Integer, String> answers = new TreeMap<>();
        for (String answer : columns[4].strip().split(", ")) {
            answers.put(Integer.valueOf(answer.substring(0, 3)), answer.substring(4));
        }
        String query = columns[2].strip();
        return new Operation(
                columns[0].strip(),
                Pattern.compile(whole.replaceAll("\\{[^}]+}", "[^/]+").replace(".", "\\.")),
                query.isEmpty() ? List.of() : List.of(query.split(" ")),
                columns[3].strip(),
                answers);
    }

    /** In what a request is not as published; empty when it is. */
    List<String> faults(String method, String target, byte @Nullable [] json) {
        List<String> faults = new ArrayList<>();
        String what = method + " " + target + ": ";
        Optional<Operation> operation = find(method, target);
        if (operation.isEmpty()) {
            return List.of(what + "no such operation");
        }
        Map<String, String> query = query(target);
        List<String> known = new ArrayList<>();
        for (String parameter : operation.get().query()) {
            List<String> names = List.of(parameter.replace("!", "").split("/"));
            known.addAll(names);
            if (parameter.endsWith("!") && names.stream().noneMatch(query::containsKey)) {
                faults.add(what + "lacks " + parameter);
            }
        }
        query.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> faults.add(what + "unknown " + name));
        boolean writes = !method.equals("GET") && known.contains("transaction_id");
        if (writes && query.containsKey("version") == query.containsKey("transaction_id")) {
            faults.add(what + "needs either version or transaction_id");
        }
        if (operation.get().body().isEmpty() != (json == null)) {
            faults.add(what + "body");
        } else if (json != null) {
            check(operation.get().body(), ApiJson.parse(json), what + "body", faults);
        }
        return faults;
    }

    /** In what an answer is not as published. */
    List<String> faults(String method, String target, ApiChannel.Reply reply) {
        List<String> faults = new ArrayList<>();
        String what = method + " " + target + " -> " + reply.status() + " ";
        Optional<Operation> operation = find(method, target);
        String type = operation.map(o -> o.answers().get(reply.status())).orElse(null);
        if (type == null) {
            return List.of(what + "is not a published answer");
        }
        if (type.equals("nothing")) {
            if (!reply.body().isEmpty()) {
                faults.add(what + "has a body: " + reply.body());
            }
        } else if (!type.equals("text")) {
            check(type, ApiJson.parse(reply.body().getBytes(StandardCharsets.UTF_8)), what, faults);
        }
        return faults;
    }

    private Optional<Operation> find(String method, String target) {
        String path = target.replaceFirst("\\?.*", "");
        return operations.stream()
                .filter(o -> o.method().equals(method) && o.path().matcher(path).matches())
                .findFirst();
    }

    private static Map<String, String> query(String target) {
        Map<String, String> query = new LinkedHashMap<>();
        int mark = target.indexOf('?');
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private void check(String type, JsonNode value, String where, List<String> faults) {
        if (type.startsWith("wrapped ")) {
            if (!value.path("_version").isIntegralNumber()) {
                faults.add(where + " lacks _version");
            }
            check(type.substring("wrapped ".length()), value.path("data"), where + ".data", faults);
        } else if (type.endsWith("[]")) {
            if (!value.isArray()) {
                faults.add(where + " is no array: " + value);
            }
            value.forEach(item -> check(type.substring(0, type.length() - 2), item, where + "[]", faults));
        } else if (objects.containsKey(type)) {
            checkObject(objects.get(type), value, where, faults);
        } else {
            boolean good = switch (type) {
                case "any" -> !value.isMissingNode();
                case "string" -> value.isTextual();
                case "integer" -> value.isIntegralNumber();
                case "boolean" -> value.isBoolean();
                default -> throw new AssertionError("the contract names no type " + type);
            };
            if (!good) {
                faults.add(where + " is no " + type + ": " + value);
            }
        }
    }

    private void checkObject(Map<String, Member> members, JsonNode value, String where, List<String> faults) {
        if (!value.isObject()) {
            faults.add(where + " is no object: " + value);
            return;
        }
        value.properties().forEach(entry -> {
            String name = where + "." + entry.getKey();
            Member member = members.get(entry.getKey());
            if (member == null) {
                faults.add(name + " is unknown");
            } else {
                check(member.type(), entry.getValue(), name, faults);
                if (!allowed(member.allowed(), entry.getValue())) {
                    faults.add(name + " may not be " + entry.getValue());
                }
            }
        });
        members.forEach((name, member) -> {
            if (member.required() && !value.has(name)) {
                faults.add(where + " lacks " + name);
            }
        });
    }

    /** The names of the members of an object. */
    Set<String> members(String object) {
        return objects.get(object).keySet();
    }

    /** A value that a member may have. */
    JsonNode example(String object, String name) {
        Member member = objects.get(object).get(name);
        String type = member.type();
        if (objects.containsKey(type)) {
            ObjectNode value = ApiJson.object();
            boolean optional = objects.get(type).values().stream().noneMatch(Member::required);
            objects.get(type).forEach((inner, rule) -> {
                if (rule.required() || optional) {
                    value.set(inner, example(type, inner));
                }
            });
            return value;
        }
        String first = member.allowed().startsWith("/") ? "" : member.allowed().replaceFirst("[,-].*", "");
        return switch (type) {
            case "integer" -> IntNode.valueOf(first.isEmpty() ? 7 : Integer.parseInt(first));
            case "boolean" -> BooleanNode.TRUE;
            case "string" ->
                TextNode.valueOf(
                        first.isEmpty() ? "some.thing" : member.allowed().replaceFirst(",.*", ""));
            case "string[]" -> ApiJson.object().arrayNode().add(member.allowed().replaceFirst(",.*", ""));
            default -> ApiJson.object().put("enabled", "enabled");
        };
    }

    private static boolean allowed(String rule, JsonNode value) {
        if (rule.isEmpty() || value.isArray()) {
            return true;
        }
        if (rule.startsWith("/")) {
            return Pattern.compile(rule.substring(1, rule.length() - 1))
                    .matcher(value.asText())
                    .find();
        }
        if (value.isIntegralNumber()) {
            String[] bounds = rule.split("-");
            return value.asInt() >= Integer.parseInt(bounds[0]) && value.asInt() <= Integer.parseInt(bounds[1]);
        }
        return List.of(rule.split(",")).contains(value.asText());
    }

    @Override
    public String toString() {
        return base;
    }
}
