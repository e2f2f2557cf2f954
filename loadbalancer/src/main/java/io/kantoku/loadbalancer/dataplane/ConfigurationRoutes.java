package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Defaults;
import io.kantoku.loadbalancer.model.DefaultsSections;
import io.kantoku.loadbalancer.model.Global;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.LineKind;
import io.kantoku.loadbalancer.model.ObjectKind;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import io.kantoku.loadbalancer.model.Singletons;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The routes below {@code /services/haproxy/configuration}. */
final class ConfigurationRoutes {
    static final String BASE = "/services/haproxy/configuration";

    private static final String ACL_NAME = "acl_name";

    private final Configuration configuration;
    private final List<Route> routes = new ArrayList<>();

    private ConfigurationRoutes(Configuration configuration) {
        this.configuration = configuration;
    }

    static List<Route> of(Configuration configuration, Realisation engine) {
        ConfigurationRoutes r = new ConfigurationRoutes(configuration);
        r.objects(Kinds.FRONTENDS, "name", call -> Parent.NONE);
        r.objects(Kinds.BACKENDS, "name", call -> Parent.NONE);
        r.objects(Kinds.BINDS, "name", call -> Parent.frontend(parent(call, "frontend")));
        r.objects(Kinds.SERVERS, "name", ConfigurationRoutes::parentOfServers);
        r.objects(Kinds.SERVER_TEMPLATES, "prefix", call -> Parent.backend(parent(call, "backend")));
        r.objects(Kinds.BACKEND_SWITCHING_RULES, "index", call -> Parent.frontend(parent(call, "frontend")));
        r.objects(Kinds.CAPTURES, "index", call -> Parent.frontend(parent(call, "frontend")));
        r.objects(Kinds.SERVER_SWITCHING_RULES, "index", call -> Parent.backend(parent(call, "backend")));
        r.objects(Kinds.STICK_RULES, "index", call -> Parent.backend(parent(call, "backend")));
        r.objects(Kinds.TCP_RESPONSE_RULES, "index", call -> Parent.backend(parent(call, "backend")));
        for (LineKind<Rule> kind : List.of(
                Kinds.ACLS,
                Kinds.FILTERS,
                Kinds.TCP_REQUEST_RULES,
                Kinds.HTTP_REQUEST_RULES,
                Kinds.HTTP_RESPONSE_RULES,
                Kinds.HTTP_AFTER_RESPONSE_RULES)) {
            r.objects(kind, "index", call -> typedParent(call, List.of("frontend", "backend")));
        }
        r.objects(Kinds.TCP_CHECKS, "index", call -> typedParent(call, List.of("backend", "defaults")));
        r.objects(Kinds.HTTP_CHECKS, "index", call -> typedParent(call, List.of("backend", "defaults")));
        r.objects(
                Kinds.HTTP_ERROR_RULES, "index", call -> typedParent(call, List.of("frontend", "backend", "defaults")));
        r.objects(
                Kinds.LOG_TARGETS,
                "index",
                call -> typedParent(call, List.of("frontend", "backend", "defaults", "global")));
        r.singleton("global", Global.class, Singletons::global, Singletons::withGlobal);
        r.singleton("defaults", Defaults.class, Singletons::defaults, Singletons::withDefaults);
        r.namedDefaults();
        r.add(
                "GET",
                "/version",
                "The version counter",
                call -> Answer.ok(configuration.view(call.transaction()).version()));
        r.add("GET", "/raw", "The configuration as text", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.wrapped(config.version(), config.print());
        });
        r.add("POST", "/raw", "Replace the configuration", call -> postRaw(configuration, engine, call));
        return List.copyOf(r.routes);
    }

    private void add(String method, String path, String title, Route.Operation operation) {
        routes.add(new Route(method, BASE + path, title, operation));
    }

    /** The parent's name from the old parameter, or from {@code parent_name} of later versions. */
    private static String parent(Call call, String parameter) {
        return call.query(parameter)
                .or(() -> call.query("parent_type").filter(parameter::equals).flatMap(t -> call.query("parent_name")))
                .orElseThrow(() -> DataPlaneException.requiredInQuery(parameter));
    }

    /** A backend by the old parameter, or whatever else has servers by those of later versions. */
    private static Parent parentOfServers(Call call) {
        return call.query("backend")
                .map(Parent::backend)
                .or(() -> call.query("parent_type").isEmpty()
                        ? Optional.empty()
                        : Optional.of(typedParent(call, List.of("backend", "peers", "ring"))))
                .orElseThrow(() -> DataPlaneException.requiredInQuery("backend"));
    }

    private static Parent typedParent(Call call, List<String> types) {
        String type = call.required("parent_type");
        if (!types.contains(type)) {
            throw DataPlaneException.notOneOf("parent_type in query", types);
        }
        return switch (type) {
            case "global" -> new Parent(type, "");
            case DefaultsSections.KEYWORD ->
                DefaultsSections.parent(call.query("parent_name").orElse(""));
            default -> new Parent(type, call.required("parent_name"));
        };
    }

    private <T extends ApiObject> void objects(ObjectKind<T> kind, String key, Function<Call, Parent> parentOf) {
        String path = kind.collection();
        String one = "/" + path + "/{" + key + "}";
        boolean indexed = key.equals("index");
        add("GET", "/" + path, "List each " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            Parent parent = parentOf.apply(call);
            if (indexed && kind instanceof LineKind<T> && !exists(config, parent)) {
                throw DataPlaneException.badRequest(parent + " does not exist");
            }
            return Answer.wrapped(config.version(), named(kind.list(config, parent), call));
        });
        add("GET", one, "One " + kind.label(), call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.wrapped(config.version(), kind.get(config, parentOf.apply(call), call.path(key)));
        });
        add("POST", "/" + path, "Add a " + kind.label(), call -> {
            ObjectNode sent = call.object();
            if (indexed && !sent.hasNonNull("index")) {
                throw DataPlaneException.required("index");
            }
            T object = kind.accept(sent);
            Parent parent = parentOf.apply(call);
            Outcome outcome = configuration.change(call.mode(), config -> kind.add(config, parent, object));
            return Answer.written(outcome, 201, as(sent, object));
        });
        add("PUT", one, "Replace a " + kind.label(), call -> {
            ObjectNode sent = call.object();
            if (indexed && !sent.hasNonNull("index")) {
                throw DataPlaneException.required("index");
            }
            T object = kind.accept(sent);
            Parent parent = parentOf.apply(call);
            Outcome outcome =
                    configuration.change(call.mode(), config -> kind.replace(config, parent, call.path(key), object));
            return Answer.written(outcome, 200, as(sent, object));
        });
        add("DELETE", one, "Delete a " + kind.label(), call -> {
            Parent parent = parentOf.apply(call);
            Outcome outcome = configuration.change(call.mode(), config -> kind.remove(config, parent, call.path(key)));
            return Answer.written(outcome, 204, null);
        });
    }

    /** Conditions have names and may have several lines; a list of them can be of one name. */
    static <T extends ApiObject> List<T> named(List<T> objects, Call call) {
        Optional<String> name = call.query(ACL_NAME);
        return objects.stream()
                .filter(object -> name.isEmpty()
                        || !(object instanceof Rule rule)
                        || rule.text(ACL_NAME).isEmpty()
                        || rule.text(ACL_NAME).equals(name.get()))
                .toList();
    }

    /** The object in the words of the version that the client speaks. */
    private static JsonNode as(JsonNode sent, ApiObject object) {
        JsonNode members = ApiJson.tree(object);
        if (object instanceof Backend && Backend.hasCheckParameters(sent)) {
            Backend.withCheckParameters((ObjectNode) members);
        }
        return members;
    }

    static boolean exists(HaproxyConfig config, Parent parent) {
        return config.section(parent.type(), parent.name()).isPresent();
    }

    static <T extends ApiObject> T valid(T object) {
        object.validate();
        return object;
    }

    private <T extends ApiObject> void singleton(
            String path,
            Class<T> type,
            Function<HaproxyConfig, T> read,
            BiFunction<HaproxyConfig, T, HaproxyConfig> write) {
        add("GET", "/" + path, "The " + path + " section", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.wrapped(config.version(), read.apply(config));
        });
        add("PUT", "/" + path, "Replace the " + path + " section", call -> {
            T object = valid(call.body(type));
            return Answer.written(
                    configuration.change(call.mode(), config -> write.apply(config, object)), 200, object);
        });
    }

    private void namedDefaults() {
        String all = "/named_defaults";
        String one = all + "/{name}";
        add("GET", all, "List each defaults section", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.wrapped(config.version(), DefaultsSections.list(config));
        });
        add("GET", one, "One defaults section", call -> {
            HaproxyConfig config = configuration.view(call.transaction());
            return Answer.wrapped(config.version(), DefaultsSections.get(config, call.path("name")));
        });
        writesOfDefaults(configuration, all).forEach(routes::add);
    }

    /** What both versions do to sections of defaults. */
    static List<Route> writesOfDefaults(Configuration configuration, String path) {
        String all = BASE + path;
        String one = all + "/{name}";
        return List.of(
                new Route("POST", all, "Add a defaults section", call -> {
                    ObjectNode sent = call.object();
                    Outcome outcome = configuration.change(call.mode(), config -> DefaultsSections.add(config, sent));
                    return Answer.written(outcome, 201, sent);
                }),
                new Route("PUT", one, "Replace a defaults section", call -> {
                    ObjectNode sent = call.object();
                    Outcome outcome = configuration.change(
                            call.mode(), config -> DefaultsSections.replace(config, call.path("name"), sent));
                    return Answer.written(outcome, 200, sent);
                }),
                new Route("DELETE", one, "Delete a defaults section", call -> {
                    Outcome outcome = configuration.change(
                            call.mode(), config -> DefaultsSections.remove(config, call.path("name")));
                    return Answer.written(outcome, 204, null);
                }));
    }

    /** The text is a JSON string or plain; it replaces everything but the version counter. */
    static Answer postRaw(Configuration configuration, Realisation engine, Call call) {
        byte[] body = call.body(Call.JSON, Call.TEXT);
        boolean json = call.exchange().header("Content-Type").orElse("").startsWith(Call.JSON);
        String text = json ? jsonText(body) : new String(body, StandardCharsets.UTF_8);
        if (text.indexOf('\n') < 0) {
            throw DataPlaneException.badRequest("invalid configuration: no newline character found");
        }
        HaproxyConfig replacement = HaproxyConfig.parse(text);
        if (call.flag("only_validate")) {
            configuration.check(current -> replacement);
            return new Answer(202, text, Optional.empty());
        }
        List<RuntimeAction> actions =
                RuntimeAction.all(call.exchange().header(RuntimeAction.HEADER).orElse(""));
        WriteMode mode = call.flag("skip_version") ? new WriteMode.Direct(-1, call.flag("force_reload")) : call.mode();
        UnaryOperator<HaproxyConfig> edit = current -> replacement.withVersion(current.version());
        if (call.flag("skip_reload") && mode instanceof WriteMode.Direct direct) {
            configuration.changeWithoutReload(direct.version(), edit);
            actions.forEach(action -> action.carryOut(engine));
            return new Answer(201, text, Optional.empty());
        }
        Outcome outcome = configuration.change(mode, edit);
        return Answer.written(outcome, 201, text);
    }

    private static String jsonText(byte[] body) {
        JsonNode node = ApiJson.parse(body);
        if (!node.isTextual()) {
            throw DataPlaneException.badRequest("the body must be a JSON string with the configuration, or text/plain");
        }
        return node.textValue();
    }
}
