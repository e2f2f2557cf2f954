package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DefaultsSections;
import io.kantoku.loadbalancer.model.Global;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.LineKind;
import io.kantoku.loadbalancer.model.NamedObject;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import io.kantoku.loadbalancer.model.SectionKind;
import io.kantoku.loadbalancer.model.Singletons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The routes below {@code /services/haproxy/configuration} of version 3: children are below their parents, answers are bare, a
 * list of rules is replaced as a whole, and a section can be read and written with all that is in it.
 */
final class NestedConfigurationRoutes {
    private static final String FULL = "full_section";

    private final Configuration configuration;
    private final Realisation engine;
    private final List<Route> routes = new ArrayList<>();

    private NestedConfigurationRoutes(Configuration configuration, Realisation engine) {
        this.configuration = configuration;
        this.engine = engine;
    }

    private static final List<LineKind<Rule>> OF_FRONTENDS = List.of(
            Kinds.ACLS,
            Kinds.BACKEND_SWITCHING_RULES,
            Kinds.CAPTURES,
            Kinds.FILTERS,
            Kinds.HTTP_AFTER_RESPONSE_RULES,
            Kinds.HTTP_ERROR_RULES,
            Kinds.HTTP_REQUEST_RULES_3,
            Kinds.HTTP_RESPONSE_RULES_3,
            Kinds.LOG_TARGETS,
            Kinds.TCP_REQUEST_RULES_3);
    private static final List<LineKind<Rule>> OF_BACKENDS = List.of(
            Kinds.ACLS,
            Kinds.FILTERS,
            Kinds.HTTP_AFTER_RESPONSE_RULES,
            Kinds.HTTP_CHECKS,
            Kinds.HTTP_ERROR_RULES,
            Kinds.HTTP_REQUEST_RULES_3,
            Kinds.HTTP_RESPONSE_RULES_3,
            Kinds.LOG_TARGETS,
            Kinds.SERVER_SWITCHING_RULES,
            Kinds.STICK_RULES,
            Kinds.TCP_CHECKS,
            Kinds.TCP_REQUEST_RULES_3,
            Kinds.TCP_RESPONSE_RULES);
    private static final List<LineKind<Rule>> OF_DEFAULTS =
            List.of(Kinds.HTTP_CHECKS, Kinds.HTTP_ERROR_RULES, Kinds.LOG_TARGETS, Kinds.TCP_CHECKS);

    static List<Route> of(Configuration configuration, Realisation engine) {
        NestedConfigurationRoutes r = new NestedConfigurationRoutes(configuration, engine);
        r.sections(Kinds.FRONTENDS, Map.of("binds", Kinds.BINDS), lists(OF_FRONTENDS));
        r.sections(
                Kinds.BACKENDS,
                Map.of("servers", Kinds.SERVERS, "server_templates", Kinds.SERVER_TEMPLATES),
                lists(OF_BACKENDS));
        r.named("frontends", Kinds.BINDS, "name", Parent::frontend);
        r.named("backends", Kinds.SERVERS, "name", Parent::backend);
        r.named("backends", Kinds.SERVER_TEMPLATES, "prefix", Parent::backend);
        OF_FRONTENDS.forEach(kind -> r.indexed("/frontends/{parent}", kind, Parent::frontend));
        OF_BACKENDS.forEach(kind -> r.indexed("/backends/{parent}", kind, Parent::backend));
        OF_DEFAULTS.forEach(kind -> r.indexed("/defaults/{parent}", kind, DefaultsSections::parent));
        r.indexed("/global", Kinds.LOG_TARGETS, _ -> new Parent("global", ""));
        r.singletons();
        return List.copyOf(r.routes);
    }

    /** The lists of a section by the names of the members that hold them in a whole section. */
    private static Map<String, LineKind<?>> lists(List<LineKind<Rule>> kinds) {
        Map<String, LineKind<?>> lists = new TreeMap<>();
        for (LineKind<Rule> kind : kinds) {
            String name = kind.label().replace(' ', '_');
            lists.put((kind.equals(Kinds.TCP_CHECKS) ? name + "_rule" : name) + "_list", kind);
        }
        return lists;
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
            T object = kind.accept(body);
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
            T object = kind.accept(body);
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
        if (object instanceof Rule) {
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
            objects.add(kind.accept(one));
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
            T object = kind.accept(call.object());
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
            T object = kind.accept(at(call));
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
    private static ObjectNode at(Call call) {
        try {
            return call.object().put("index", Integer.parseInt(call.path("index")));
        } catch (NumberFormatException e) {
            throw DataPlaneException.wrongType("index in path", "int64", call.path("index"));
        }
    }

    private <T extends ApiObject> void list(String path, LineKind<T> kind, Function<String, Parent> parentOf) {
        add("GET", path, "List each " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            Parent parent = parentOf.apply(call.path("parent"));
            if (!ConfigurationRoutes.exists(config, parent)) {
                throw DataPlaneException.notFound(parent.toString());
            }
            return Answer.ok(ConfigurationRoutes.named(kind.list(config, parent), call).stream()
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
            T object = kind.accept(call.object());
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
        add(
                "GET",
                "/defaults",
                "List each defaults section",
                call -> Answer.ok(DefaultsSections.list(configuration.view(call.transaction()))));
        add(
                "GET",
                "/defaults/{name}",
                "One defaults section",
                call -> Answer.ok(DefaultsSections.get(configuration.view(call.transaction()), call.path("name"))));
        routes.addAll(ConfigurationRoutes.writesOfDefaults(configuration, "/defaults"));
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
            Answer answer = ConfigurationRoutes.postRaw(configuration, engine, call);
            return new Answer(answer.status(), new Answer.PlainText(String.valueOf(answer.body())), answer.reload());
        });
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
