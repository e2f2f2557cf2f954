package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Flag;
import io.kantoku.loadbalancer.model.Names;
import io.kantoku.loadbalancer.model.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The routes below {@code /services/haproxy/runtime} and {@code …/stats}: what the engine itself says and does. */
final class RuntimeRoutes {
    private static final int MAINTENANCE = 0x01 | 0x02 | 0x04 | 0x20;
    private static final int DRAIN = 0x08 | 0x10;

    private final Realisation engine;

    private final Function<Call, String> backendOf;
    private final boolean nested;

    private RuntimeRoutes(Realisation engine, boolean nested) {
        this.engine = engine;
        this.backendOf = nested ? call -> call.path("parent") : call -> call.required("backend");
        this.nested = nested;
    }

    /** @param nested as in version 3: servers are below their backend in the path, and answers of one engine are no lists */
    static List<Route> of(Realisation engine, boolean nested) {
        RuntimeRoutes r = new RuntimeRoutes(engine, nested);
        String runtime = "/services/haproxy/runtime";
        String servers = runtime + (nested ? "/backends/{parent}/servers" : "/servers");
        return List.of(
                new Route("GET", runtime + "/info", "The engine's state", call -> r.answer(r.info())),
                new Route("GET", servers, "Servers of a backend as the engine sees them", r::servers),
                new Route("GET", servers + "/{name}", "One server as the engine sees it", r::server),
                new Route("POST", servers, "Add a server to the running engine", r::addServer),
                new Route("DELETE", servers + "/{name}", "Remove a server from the running engine", r::removeServer),
                new Route("PUT", servers + "/{name}", "Set a server's state", r::putServer),
                new Route(
                        "GET",
                        "/services/haproxy/stats/native",
                        "The engine's counters",
                        call -> r.answer(r.stats(call))));
    }

    private Answer answer(ObjectNode one) {
        return Answer.ok(nested ? one : List.of(one));
    }

    private ObjectNode info() {
        ObjectNode info = ApiJson.object();
        for (String line : engine.runtime("show info").lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String key = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
                put(info, key, line.substring(colon + 1).trim());
            }
        }
        return ApiJson.object().set("info", info);
    }

    private Answer servers(Call call) {
        return Answer.ok(list(backendOf.apply(call)));
    }

    private List<ObjectNode> list(String backend) {
        String state =
                engine.runtime("show servers state " + engine.view().engineName(Names.check("backend", backend)));
        List<ObjectNode> servers = new ArrayList<>();
        List<String> header = List.of();
        for (String line : state.lines().toList()) {
            if (line.startsWith("# ")) {
                header = List.of(line.substring(2).split(" ", -1));
            } else if (!header.isEmpty() && !line.isBlank()) {
                servers.add(server(header, List.of(line.split(" ", -1))));
            }
        }
        if (header.isEmpty()) {
            throw DataPlaneException.notFound("backend " + backend + ": the engine knows none of that name, it");
        }
        return servers;
    }

    private ObjectNode server(List<String> header, List<String> values) {
        int admin = number(header, values, "srv_admin_state");
        String adminState = (admin & MAINTENANCE) != 0 ? "maint" : (admin & DRAIN) != 0 ? "drain" : "ready";
        int operation = number(header, values, "srv_op_state");
        ObjectNode server = ApiJson.object();
        server.put("address", text(header, values, "srv_addr"));
        server.put("admin_state", adminState);
        server.put("id", text(header, values, "srv_id"));
        server.put("name", text(header, values, "srv_name"));
        server.put("operational_state", operation == 0 ? "down" : operation == 3 ? "stopping" : "up");
        server.put("port", number(header, values, "srv_port"));
        if (nested) {
            server.put("weight", number(header, values, "srv_uweight"));
        }
        return server;
    }

    private static String text(List<String> header, List<String> values, String column) {
        int at = header.indexOf(column);
        return at < 0 || at >= values.size() ? "" : values.get(at);
    }

    private static int number(List<String> header, List<String> values, String column) {
        String text = text(header, values, column);
        return text.isEmpty() || !text.chars().allMatch(Character::isDigit) ? 0 : Integer.parseInt(text);
    }

    private Answer server(Call call) {
        return Answer.ok(find(backendOf.apply(call), call.path("name")));
    }

    private ObjectNode find(String backend, String name) {
        return list(backend).stream()
                .filter(server -> server.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> DataPlaneException.notFound("server " + name + " of backend " + backend));
    }

    private Answer putServer(Call call) {
        String backend = backendOf.apply(call);
        String name = Names.check("name", call.path("name"));
        String itself = engine.view().engineName(backend) + "/" + name;
        find(backend, name);
        JsonNode body = call.json();
        JsonNode weight = body.path("weight");
        if (weight.isIntegralNumber()) {
            set("set server " + itself + " weight " + weight.asInt());
        }
        state(body, "admin_state", List.of("ready", "maint", "drain"))
                .ifPresent(state -> set("set server " + itself + " state " + state));
        state(body, "operational_state", List.of("up", "down", "stopping"))
                .ifPresent(state -> set("set server " + itself + " health " + state));
        return Answer.ok(find(backend, name));
    }

    /** Until the next reload; what is to stay belongs into the configuration. */
    private Answer addServer(Call call) {
        String backend = backendOf.apply(call);
        Server server = ConfigurationRoutes.valid(call.body(Server.class));
        if (list(backend).stream().anyMatch(s -> s.path("name").asText().equals(server.name()))) {
            throw DataPlaneException.exists("server " + server.name() + " of backend " + backend);
        }
        String itself = engine.view().engineName(backend) + "/" + Names.check("name", server.name());
        String said = engine.runtime(
                        "add server " + itself + " " + server.atRuntime().print())
                .strip();
        if (!said.isEmpty() && !said.contains("New server registered")) {
            throw DataPlaneException.badRequest("the engine refuses server " + server.name() + ": " + said);
        }
        if (server.maintenance() != Flag.ENABLED) {
            set("enable server " + itself);
        }
        if (server.check() == Flag.ENABLED) {
            set("enable health " + itself);
        }
        return new Answer(201, find(backend, server.name()), Optional.empty());
    }

    private Answer removeServer(Call call) {
        String backend = backendOf.apply(call);
        String name = Names.check("name", call.path("name"));
        find(backend, name);
        String itself = engine.view().engineName(backend) + "/" + name;
        set("set server " + itself + " state maint");
        String said = engine.runtime("del server " + itself).strip();
        if (!said.isEmpty() && !said.contains("Server deleted")) {
            throw DataPlaneException.badRequest("the engine refuses to remove server " + name + ": " + said);
        }
        return new Answer(204, null, Optional.empty());
    }

    private static Optional<String> state(JsonNode body, String member, List<String> allowed) {
        JsonNode value = body.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!allowed.contains(value.asText())) {
            throw DataPlaneException.notOneOf(member, allowed);
        }
        return Optional.of(value.asText());
    }

    /** Commands that worked answer with nothing. */
    private void set(String command) {
        String answer = engine.runtime(command).strip();
        if (!answer.isEmpty()) {
            throw DataPlaneException.badRequest("the engine refuses \"" + command + "\": " + answer);
        }
    }

    private ObjectNode stats(Call call) {
        Optional<String> type = call.query("type");
        Optional<String> name = call.query("name");
        Optional<String> parent = call.query("parent");
        List<ObjectNode> found = new ArrayList<>();
        for (Counters counters : Counters.of(engine)) {
            boolean server = counters.type().equals("server");
            String itsName = server ? counters.service() : counters.proxy();
            if (type.filter(t -> !t.equals(counters.type())).isPresent()
                    || name.filter(n -> !n.equals(itsName)).isPresent()
                    || parent.filter(p -> !server || !p.equals(counters.proxy()))
                            .isPresent()) {
                continue;
            }
            ObjectNode item = ApiJson.object();
            if (server) {
                item.put("backend_name", counters.proxy());
            }
            item.put("name", itsName);
            ObjectNode stats = item.putObject("stats");
            counters.values().forEach((key, value) -> put(stats, key, value));
            item.put("type", counters.type());
            found.add(item);
        }
        return ApiJson.object().set("stats", ApiJson.tree(found));
    }

    private static void put(ObjectNode object, String key, String value) {
        if (!value.isEmpty() && value.length() < 19 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            object.put(key, Long.parseLong(value));
        } else {
            object.put(key, value);
        }
    }
}
