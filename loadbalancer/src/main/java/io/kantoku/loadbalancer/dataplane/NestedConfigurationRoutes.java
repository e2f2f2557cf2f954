package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Defaults;
import io.kantoku.loadbalancer.model.Global;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.IndexedObject;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.LineKind;
import io.kantoku.loadbalancer.model.NamedObject;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.SectionKind;
import io.kantoku.loadbalancer.model.Singletons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The routes below {@code /services/haproxy/configuration} of version 3: children are below their parents, answers are bare, a
 * list of rules is replaced as a whole, and a section can be read and written with all that is in it.
 */
final class NestedConfigurationRoutes {
    private static final String FULL = "full_section";

    private final Configuration configuration;
    private final List<Route> routes = new ArrayList<>();

    private NestedConfigurationRoutes(Configuration configuration) {
        this.configuration = configuration;
    }

    static List<Route> of(Configuration configuration) {
        NestedConfigurationRoutes r = new NestedConfigurationRoutes(configuration);
        r.sections(
                Kinds.FRONTENDS,
                Map.of("binds", Kinds.BINDS),
                Map.of(
                        "backend_switching_rule_list", Kinds.BACKEND_SWITCHING_RULES,
                        "tcp_request_rule_list", Kinds.TCP_REQUEST_RULES,
                        "log_target_list", Kinds.LOG_TARGETS));
        r.sections(
                Kinds.BACKENDS,
                Map.of("servers", Kinds.SERVERS, "server_templates", Kinds.SERVER_TEMPLATES),
                Map.of(
                        "tcp_request_rule_list", Kinds.TCP_REQUEST_RULES,
                        "tcp_response_rule_list", Kinds.TCP_RESPONSE_RULES,
                        "tcp_check_rule_list", Kinds.TCP_CHECKS,
                        "http_check_list", Kinds.HTTP_CHECKS,
                        "log_target_list", Kinds.LOG_TARGETS));
        r.named("frontends", Kinds.BINDS, "name", Parent::frontend);
        r.named("backends", Kinds.SERVERS, "name", Parent::backend);
        r.named("backends", Kinds.SERVER_TEMPLATES, "prefix", Parent::backend);
        r.indexed("/frontends/{parent}", Kinds.BACKEND_SWITCHING_RULES, Parent::frontend);
        r.indexed("/frontends/{parent}", Kinds.TCP_REQUEST_RULES, Parent::frontend);
        r.indexed("/frontends/{parent}", Kinds.LOG_TARGETS, Parent::frontend);
        r.indexed("/backends/{parent}", Kinds.TCP_REQUEST_RULES, Parent::backend);
        r.indexed("/backends/{parent}", Kinds.TCP_RESPONSE_RULES, Parent::backend);
        r.indexed("/backends/{parent}", Kinds.TCP_CHECKS, Parent::backend);
        r.indexed("/backends/{parent}", Kinds.HTTP_CHECKS, Parent::backend);
        r.indexed("/backends/{parent}", Kinds.LOG_TARGETS, Parent::backend);
        r.indexed("/defaults/{parent}", Kinds.TCP_CHECKS, _ -> new Parent("defaults", ""));
        r.indexed("/defaults/{parent}", Kinds.HTTP_CHECKS, _ -> new Parent("defaults", ""));
        r.indexed("/defaults/{parent}", Kinds.LOG_TARGETS, _ -> new Parent("defaults", ""));
        r.indexed("/global", Kinds.LOG_TARGETS, _ -> new Parent("global", ""));
        r.singletons();
        return List.copyOf(r.routes);
    }

    private void add(String method, String path, String title, Route.Operation operation) {
        routes.add(new Route(method, ConfigurationRoutes.BASE + path, title, operation));
    }

    private <T extends NamedObject> void sections(
            SectionKind<T> kind, Map<String, LineKind<?>> children, Map<String, LineKind<?>> lists) {
        String path = "/" + kind.collection();
        add("GET", path, "List each " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.ok(kind.list(config, Parent.NONE).stream()
                    .map(object -> call.flag(FULL) ? full(config, kind, object, children, lists) : shown(object))
                    .toList());
        });
        add("GET", path + "/{name}", "One " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            T object = kind.get(config, Parent.NONE, call.path("name"));
            return Answer.ok(call.flag(FULL) ? full(config, kind, object, children, lists) : shown(object));
        });
        add("POST", path, "Add a " + kind.label(), call -> {
            JsonNode body = call.json();
            T object = ConfigurationRoutes.valid(ApiJson.convert(body, kind.type()));
            return Answer.written(
                    configuration.change(
                            call.mode(),
                            config -> contents(
                                    kind.add(config, Parent.NONE, object), kind, object, call, body, children, lists)),
                    201,
                    body);
        });
        add("PUT", path + "/{name}", "Replace a " + kind.label(), call -> {
            JsonNode body = call.json();
            T object = ConfigurationRoutes.valid(ApiJson.convert(body, kind.type()));
            return Answer.written(
                    configuration.change(
                            call.mode(),
                            config -> contents(
                                    kind.replace(config, Parent.NONE, call.path("name"), object),
                                    kind,
                                    object,
                                    call,
                                    body,
                                    children,
                                    lists)),
                    200,
                    body);
        });
        add(
                "DELETE",
                path + "/{name}",
                "Delete a " + kind.label(),
                call -> Answer.written(
                        configuration.change(
                                call.mode(), config -> kind.remove(config, Parent.NONE, call.path("name"))),
                        204,
                        null));
    }

    /** An object as this version shows it, without what is in it. */
    private static ObjectNode shown(ApiObject object) {
        ObjectNode members = (ObjectNode) ApiJson.tree(object);
        if (object instanceof IndexedObject) {
            members.remove("index");
        } else if (object instanceof Backend) {
            Backend.withCheckParameters(members);
        }
        return members;
    }

    private static <T extends NamedObject> ObjectNode full(
            HaproxyConfig config,
            SectionKind<T> kind,
            T object,
            Map<String, LineKind<?>> children,
            Map<String, LineKind<?>> lists) {
        Parent parent = new Parent(kind.label(), object.name());
        ObjectNode whole = shown(object);
        children.forEach((member, child) -> {
            ObjectNode byName = ApiJson.object();
            for (ApiObject each : child.list(config, parent)) {
                if (each instanceof NamedObject named) {
                    byName.set(named.name(), ApiJson.tree(named));
                }
            }
            if (!byName.isEmpty()) {
                whole.set(member, byName);
            }
        });
        lists.forEach((member, rules) -> {
            List<ObjectNode> all = rules.list(config, parent).stream()
                    .map(NestedConfigurationRoutes::shown)
                    .toList();
            if (!all.isEmpty()) {
                whole.set(member, ApiJson.tree(all));
            }
        });
        return whole;
    }

    /** The section with what the body says that is in it, when the whole section was sent. */
    private static <T extends NamedObject> HaproxyConfig contents(
            HaproxyConfig config,
            SectionKind<T> kind,
            T object,
            Call call,
            JsonNode body,
            Map<String, LineKind<?>> children,
            Map<String, LineKind<?>> lists) {
        if (!call.flag(FULL)) {
            return config;
        }
        Parent parent = new Parent(kind.label(), object.name());
        HaproxyConfig changed = config;
        for (Map.Entry<String, LineKind<?>> child : children.entrySet()) {
            ArrayNode all = ApiJson.object().putArray("all");
            body.path(child.getKey()).forEach(all::add);
            changed = replaceAll(changed, child.getValue(), parent, all);
        }
        for (Map.Entry<String, LineKind<?>> rules : lists.entrySet()) {
            changed = replaceAll(changed, rules.getValue(), parent, body.path(rules.getKey()));
        }
        return changed;
    }

    private static <T extends ApiObject> HaproxyConfig replaceAll(
            HaproxyConfig config, LineKind<T> kind, Parent parent, JsonNode all) {
        List<T> objects = new ArrayList<>();
        for (JsonNode one : all) {
            objects.add(ConfigurationRoutes.valid(ApiJson.convert(one, kind.type())));
        }
        return kind.replaceAll(config, parent, objects);
    }

    private <T extends ApiObject> void named(
            String parents, LineKind<T> kind, String key, Function<String, Parent> parentOf) {
        String path = "/" + parents + "/{parent}/" + kind.collection();
        String one = path + "/{" + key + "}";
        list(path, kind, parentOf);
        get(one, kind, key, parentOf);
        add("POST", path, "Add a " + kind.label(), call -> {
            T object = ConfigurationRoutes.valid(call.body(kind.type()));
            Parent parent = parentOf.apply(call.path("parent"));
            return Answer.written(
                    configuration.change(call.mode(), config -> kind.add(config, parent, object)), 201, object);
        });
        put(one, kind, key, parentOf);
        delete(one, kind, key, parentOf);
    }

    private <T extends ApiObject> void indexed(String parents, LineKind<T> kind, Function<String, Parent> parentOf) {
        String path = parents + "/" + kind.collection();
        String one = path + "/{index}";
        list(path, kind, parentOf);
        get(one, kind, "index", parentOf);
        add("POST", one, "Insert a " + kind.label(), call -> {
            T object = ConfigurationRoutes.valid(at(call, kind));
            Parent parent = parentOf.apply(call.path("parent"));
            return Answer.written(
                    configuration.change(call.mode(), config -> kind.add(config, parent, object)), 201, shown(object));
        });
        put(one, kind, "index", parentOf);
        delete(one, kind, "index", parentOf);
        add("PUT", path, "Replace each " + kind.label(), call -> {
            JsonNode body = call.json();
            if (!body.isArray()) {
                throw DataPlaneException.badRequest("the body must be an array");
            }
            Parent parent = parentOf.apply(call.path("parent"));
            return Answer.written(
                    configuration.change(call.mode(), config -> replaceAll(config, kind, parent, body)), 200, body);
        });
    }

    /** The index is in the path, no longer in the body. */
    private static <T extends ApiObject> T at(Call call, LineKind<T> kind) {
        JsonNode body = call.json();
        if (!(body instanceof ObjectNode object)) {
            throw DataPlaneException.badRequest("the body must be a JSON object");
        }
        try {
            object.put("index", Integer.parseInt(call.path("index")));
        } catch (NumberFormatException e) {
            throw DataPlaneException.wrongType("index in path", "int64", call.path("index"));
        }
        return ApiJson.convert(object, kind.type());
    }

    private <T extends ApiObject> void list(String path, LineKind<T> kind, Function<String, Parent> parentOf) {
        add("GET", path, "List each " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            Parent parent = parentOf.apply(call.path("parent"));
            if (!ConfigurationRoutes.exists(config, parent)) {
                throw DataPlaneException.notFound(parent.toString());
            }
            return Answer.ok(kind.list(config, parent).stream()
                    .map(NestedConfigurationRoutes::shown)
                    .toList());
        });
    }

    private <T extends ApiObject> void get(
            String path, LineKind<T> kind, String key, Function<String, Parent> parentOf) {
        add("GET", path, "One " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.ok(shown(kind.get(config, parentOf.apply(call.path("parent")), call.path(key))));
        });
    }

    private <T extends ApiObject> void put(
            String path, LineKind<T> kind, String key, Function<String, Parent> parentOf) {
        add("PUT", path, "Replace a " + kind.label(), call -> {
            T object = ConfigurationRoutes.valid(call.body(kind.type()));
            Parent parent = parentOf.apply(call.path("parent"));
            return Answer.written(
                    configuration.change(call.mode(), config -> kind.replace(config, parent, call.path(key), object)),
                    200,
                    shown(object));
        });
    }

    private void delete(String path, LineKind<?> kind, String key, Function<String, Parent> parentOf) {
        add("DELETE", path, "Delete a " + kind.label(), call -> {
            Parent parent = parentOf.apply(call.path("parent"));
            return Answer.written(
                    configuration.change(call.mode(), config -> kind.remove(config, parent, call.path(key))),
                    204,
                    null);
        });
    }

    private void singletons() {
        singleton("/global", Global.class, Singletons::global, Singletons::withGlobal);
        add("GET", "/defaults", "The defaults sections", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.ok(config.sections("defaults").stream()
                    .limit(1)
                    .map(section -> named(section, Singletons.defaults(config)))
                    .toList());
        });
        add("GET", "/defaults/{name}", "A defaults section", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.ok(named(defaults(config, call.path("name")), Singletons.defaults(config)));
        });
        add("PUT", "/defaults/{name}", "Replace a defaults section", call -> {
            JsonNode body = call.json();
            Defaults object = ConfigurationRoutes.valid(ApiJson.convert(body, Defaults.class));
            return Answer.written(
                    configuration.change(call.mode(), config -> {
                        defaults(config, call.path("name"));
                        return Singletons.withDefaults(config, object);
                    }),
                    200,
                    body);
        });
        add(
                "GET",
                "/version",
                "The version counter",
                call -> Answer.ok(configuration.view(call.transaction()).version()));
        add(
                "GET",
                "/raw",
                "The configuration as text",
                call -> Answer.ok(new Answer.PlainText(
                        configuration.view(call.transaction()).print())));
        add("POST", "/raw", "Replace the configuration", call -> {
            Answer answer = ConfigurationRoutes.postRaw(configuration, call);
            return new Answer(answer.status(), new Answer.PlainText(String.valueOf(answer.body())), answer.reload());
        });
    }

    private static ObjectNode named(Section section, Defaults defaults) {
        ObjectNode node = (ObjectNode) ApiJson.tree(defaults);
        node.put("name", section.name().isEmpty() ? "unnamed_defaults_1" : section.name());
        return node;
    }

    private static Section defaults(HaproxyConfig config, String name) {
        return config.first("defaults")
                .filter(section -> name.equals(section.name().isEmpty() ? "unnamed_defaults_1" : section.name()))
                .orElseThrow(() -> DataPlaneException.notFound("defaults " + name));
    }

    private <T extends ApiObject> void singleton(
            String path,
            Class<T> type,
            Function<HaproxyConfig, T> read,
            BiFunction<HaproxyConfig, T, HaproxyConfig> write) {
        add("GET", path, "The section", call -> Answer.ok(read.apply(configuration.view(call.transaction()))));
        add("PUT", path, "Replace the section", call -> {
            T object = ConfigurationRoutes.valid(call.body(type));
            return Answer.written(
                    configuration.change(call.mode(), config -> write.apply(config, object)), 200, object);
        });
    }
}
