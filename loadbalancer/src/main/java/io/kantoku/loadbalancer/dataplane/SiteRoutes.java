package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.ObjectKind;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The routes of sites: a frontend with its addresses (the service) and the backends that it leads to (the farms) as one object. */
final class SiteRoutes {
    private static final String PATH = "/services/haproxy/sites";

    private SiteRoutes() {}

    static List<Route> of(Configuration configuration) {
        return List.of(
                new Route("GET", PATH, "The sites", call -> {
                    HaproxyConfig config = configuration.view(call.transaction());
                    return Answer.wrapped(
                            config.version(),
                            Kinds.FRONTENDS.list(config, Parent.NONE).stream()
                                    .map(frontend -> site(config, frontend))
                                    .toList());
                }),
                new Route("GET", PATH + "/{name}", "One site", call -> {
                    HaproxyConfig config = configuration.view(call.transaction());
                    Frontend frontend = Kinds.FRONTENDS.get(config, Parent.NONE, call.path("name"));
                    return Answer.wrapped(config.version(), site(config, frontend));
                }),
                new Route("POST", PATH, "Add a site", call -> {
                    JsonNode site = call.json();
                    return Answer.written(configuration.change(call.mode(), config -> add(config, site)), 201, site);
                }),
                new Route("PUT", PATH + "/{name}", "Replace a site", call -> {
                    JsonNode site = call.json();
                    if (!site.path("name").asText().equals(call.path("name"))) {
                        throw DataPlaneException.badRequest("the site in the body is called "
                                + site.path("name").asText() + ", the one in the path " + call.path("name"));
                    }
                    return Answer.written(
                            configuration.change(call.mode(), config -> add(remove(config, call.path("name")), site)),
                            200,
                            site);
                }),
                new Route(
                        "DELETE",
                        PATH + "/{name}",
                        "Delete a site",
                        call -> Answer.written(
                                configuration.change(call.mode(), config -> remove(config, call.path("name"))),
                                204,
                                null)));
    }

    private static ObjectNode site(HaproxyConfig config, Frontend frontend) {
        ObjectNode site = ApiJson.object();
        ArrayNode farms = site.putArray("farms");
        Parent parent = Parent.frontend(frontend.name());
        if (frontend.defaultBackend() != null) {
            farms.add(farm(config, frontend.defaultBackend()).put("use_as", "default"));
        }
        for (Rule rule : Kinds.BACKEND_SWITCHING_RULES.list(config, parent)) {
            ObjectNode farm = farm(config, rule.text("name"));
            rule.members().forEach(farm::putIfAbsent);
            farm.put("use_as", "conditional");
            farms.add(farm);
        }
        site.put("name", frontend.name());
        ObjectNode service = site.putObject("service");
        copy(ApiJson.tree(frontend), service, "http_connection_mode", "maxconn", "mode");
        service.set("listeners", ApiJson.tree(Kinds.BINDS.list(config, parent)));
        return site;
    }

    private static ObjectNode farm(HaproxyConfig config, String name) {
        ObjectNode farm = ApiJson.object();
        config.section("backend", name)
                .ifPresent(_ -> copy(
                        ApiJson.tree(Kinds.BACKENDS.get(config, Parent.NONE, name)),
                        farm,
                        "balance",
                        "forwardfor",
                        "mode"));
        farm.put("name", name);
        farm.set("servers", ApiJson.tree(Kinds.SERVERS.list(config, Parent.backend(name))));
        return farm;
    }

    private static HaproxyConfig add(HaproxyConfig config, JsonNode site) {
        JsonNode service = site.path("service");
        ObjectNode frontend = ApiJson.object();
        frontend.set("name", site.path("name"));
        copy(service, frontend, "http_connection_mode", "mode", "maxconn");
        List<ObjectNode> rules = new ArrayList<>();
        HaproxyConfig changed = config;
        for (JsonNode farm : site.path("farms")) {
            changed = addFarm(changed, farm);
            switch (farm.path("use_as").asText()) {
                case "default" -> frontend.set("default_backend", farm.path("name"));
                case "conditional" -> {
                    ObjectNode rule = ApiJson.object();
                    rule.set("name", farm.path("name"));
                    copy(farm, rule, "cond", "cond_test");
                    rules.add(rule);
                }
                default -> throw DataPlaneException.notOneOf("farms.use_as", List.of("default", "conditional"));
            }
        }
        changed = Kinds.FRONTENDS.add(changed, Parent.NONE, Kinds.FRONTENDS.accept(frontend));
        Parent parent = Parent.frontend(site.path("name").asText());
        changed = addAll(changed, Kinds.BINDS, parent, service.path("listeners"));
        for (ObjectNode rule : rules) {
            changed = Kinds.BACKEND_SWITCHING_RULES.add(changed, parent, Kinds.BACKEND_SWITCHING_RULES.accept(rule));
        }
        return changed;
    }

    private static HaproxyConfig addFarm(HaproxyConfig config, JsonNode farm) {
        ObjectNode backend = ApiJson.object();
        copy(farm, backend, "name", "mode", "balance", "forwardfor");
        Backend object = Kinds.BACKENDS.accept(backend);
        HaproxyConfig changed = Kinds.BACKENDS.add(config, Parent.NONE, object);
        return addAll(changed, Kinds.SERVERS, Parent.backend(object.name()), farm.path("servers"));
    }

    private static <T extends ApiObject> HaproxyConfig addAll(
            HaproxyConfig config, ObjectKind<T> kind, Parent parent, JsonNode all) {
        HaproxyConfig changed = config;
        for (JsonNode one : all) {
            changed = kind.add(changed, parent, kind.accept(one));
        }
        return changed;
    }

    private static void copy(JsonNode from, ObjectNode to, String... members) {
        for (String member : members) {
            if (from.hasNonNull(member)) {
                to.set(member, from.path(member));
            }
        }
    }

    /** The frontend, and the backends that it leads to and no other frontend does. */
    private static HaproxyConfig remove(HaproxyConfig config, String name) {
        Set<String> farms = farms(config, Kinds.FRONTENDS.get(config, Parent.NONE, name));
        HaproxyConfig changed = Kinds.FRONTENDS.remove(config, Parent.NONE, name);
        for (Frontend other : Kinds.FRONTENDS.list(changed, Parent.NONE)) {
            farms.removeAll(farms(changed, other));
        }
        for (String farm : farms) {
            if (changed.section("backend", farm).isPresent()) {
                changed = Kinds.BACKENDS.remove(changed, Parent.NONE, farm);
            }
        }
        return changed;
    }

    private static Set<String> farms(HaproxyConfig config, Frontend frontend) {
        Set<String> farms = new LinkedHashSet<>();
        if (frontend.defaultBackend() != null) {
            farms.add(frontend.defaultBackend());
        }
        Kinds.BACKEND_SWITCHING_RULES
                .list(config, Parent.frontend(frontend.name()))
                .forEach(rule -> farms.add(rule.text("name")));
        return farms;
    }
}
