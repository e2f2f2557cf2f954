package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The routes of the tables in which the running engine remembers clients. Their form is that of HAProxy's {@code show table}
 * (management guide, section 9.3).
 */
final class StickTableRoutes {
    private static final Pattern TABLE =
            Pattern.compile("# table: (\\S+), type: (\\S+), size:\\s*(\\d+), used:\\s*(\\d+).*");
    private static final Pattern MEMBER = Pattern.compile("(\\w+)(?:\\((\\d+)\\))?=(\\S*)");

    private final Realisation engine;

    private StickTableRoutes(Realisation engine) {
        this.engine = engine;
    }

    static List<Route> of(Realisation engine, boolean nested) {
        StickTableRoutes r = new StickTableRoutes(engine);
        String tables = "/services/haproxy/runtime/stick_tables";
        String entries = nested ? tables + "/{parent}/entries" : "/services/haproxy/runtime/stick_table_entries";
        Function<Call, String> tableOf = nested ? call -> call.path("parent") : call -> call.required("stick_table");
        return List.of(
                new Route("GET", tables, "The stick tables", call -> Answer.ok(r.tables())),
                new Route("GET", tables + "/{name}", "One stick table", call -> Answer.ok(r.table(call.path("name")))),
                new Route(
                        "GET",
                        entries,
                        "The entries of a stick table",
                        call -> Answer.ok(r.entries(tableOf.apply(call), call))));
    }

    private List<ObjectNode> tables() {
        List<ObjectNode> tables = new ArrayList<>();
        for (String line : engine.runtime("show table").lines().toList()) {
            Matcher matcher = TABLE.matcher(line);
            if (matcher.matches()) {
                tables.add(ApiJson.object()
                        .put("name", matcher.group(1))
                        .put("size", Long.parseLong(matcher.group(3)))
                        .put("type", matcher.group(2))
                        .put("used", Long.parseLong(matcher.group(4))));
            }
        }
        return tables;
    }

    private ObjectNode table(String name) {
        return tables().stream()
                .filter(table -> table.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> DataPlaneException.notFound("stick table " + name));
    }

    private ArrayNode entries(String name, Call call) {
        table(name);
        long offset = number(call, "offset", 0);
        long most = number(call, "count", Integer.MAX_VALUE);
        ArrayNode entries = ApiJson.object().putArray("entries");
        engine.runtime("show table " + Names.check("stick_table", name))
                .lines()
                .filter(line -> line.startsWith("0x"))
                .map(StickTableRoutes::entry)
                .filter(entry -> call.query("key")
                        .map(entry.path("key").asText()::equals)
                        .orElse(true))
                .skip(offset)
                .limit(most)
                .forEach(entries::add);
        return entries;
    }

    /** {@code 0x55d1: key=10.0.0.1 use=0 exp=29000 gpc0=1 conn_rate(3000)=2}. */
    private static ObjectNode entry(String line) {
        ObjectNode entry = ApiJson.object().put("id", line.substring(0, line.indexOf(':')));
        Matcher matcher = MEMBER.matcher(line);
        while (matcher.find()) {
            String value = matcher.group(3);
            switch (matcher.group(1)) {
                case "key" -> entry.put("key", value);
                case "use" -> entry.put("use", !value.equals("0"));
                default -> {
                    if (value.matches("\\d{1,18}")) {
                        entry.put(matcher.group(1), Long.parseLong(value));
                    }
                }
            }
        }
        return entry;
    }

    private static long number(Call call, String name, long otherwise) {
        String value = call.query(name).orElse(String.valueOf(otherwise));
        if (!value.matches("\\d{1,18}")) {
            throw DataPlaneException.wrongType(name + " in query", "int64", value);
        }
        return Long.parseLong(value);
    }
}
