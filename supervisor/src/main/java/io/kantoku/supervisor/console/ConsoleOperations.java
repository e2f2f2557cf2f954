package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.Query;
import io.kantoku.supervisor.login.GuestDirectory;
import io.kantoku.supervisor.login.GuestDirectory.Guest;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.supervisor.rest.Call;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.rest.Routes;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api/kantoku}: the console's event stream, reads, and ways into the Kubernetes APIs (docs/console-api.md). */
public final class ConsoleOperations implements Operations {
    private static final String BASE = "/api/kantoku";
    private static final int API_PORT = 6443;

    /**
     * What the console is made of.
     *
     * @param apis the Kubernetes API of each logical cluster
     */
    public record Parts(
            ConsoleSources sources,
            Sessions sessions,
            LoginTokens tokens,
            GuestDirectory guests,
            Function<ClusterId, HttpHandler> apis) {}

    private final Parts parts;
    private final LiveSources.World world;

    public ConsoleOperations(Parts parts) {
        this.parts = parts;
        this.world = parts.sources().world();
    }

    @Override
    public void addTo(Routes routes) {
        routes.direct("GET", BASE + "/events", this::events);
        routes.direct(Routes.ANY, BASE + "/supervisor/kubernetes/{path*}", this::supervisor);
        routes.direct(Routes.ANY, BASE + "/guests/{namespace}/{name}/kubernetes/{path*}", this::guest);
        routes.direct("GET", BASE + "/supervisor/kubeconfig", this::supervisorKubeconfig);
        routes.direct("GET", BASE + "/guests/{namespace}/{name}/kubeconfig", this::guestKubeconfig);
        routes.add("GET", BASE + "/guests", this::guests);
        routes.add("GET", BASE + "/vips", call -> Optional.of(world.vips().json(sight(call))));
        routes.add("GET", BASE + "/topology", call -> Optional.of(new Topology(world, sight(call)).json()));
        routes.add("GET", BASE + "/vms/{vm}/console", this::console);
        routes.add("GET", BASE + "/audit", this::audit);
    }

    private Sight sight(Call call) {
        return Sight.of(call.session().user(), world.namespaces());
    }

    private void events(Call call) throws IOException {
        new EventStream(world, parts.sessions(), call.session(), Topic.parse(call.query("topics")))
                .run(call.exchange());
    }

    private void supervisor(Call call) throws IOException {
        requireSupervisor();
        proxy(call, ClusterId.SUPERVISOR);
    }

    private void guest(Call call) throws IOException {
        proxy(call, guestOf(call).cluster());
    }

    /** Rights are the API's to judge: the token says who the user is, and no more than a login with the plugin would. */
    private void proxy(Call call, ClusterId cluster) throws IOException {
        String token = token(call.session().user(), cluster);
        parts.apis().apply(cluster).handle(new ProxiedExchange(call.exchange(), "/" + call.path("path"), token));
    }

    private String token(Principal user, ClusterId cluster) {
        List<ClusterId> audience = cluster.equals(ClusterId.SUPERVISOR)
                ? List.of(ClusterId.SUPERVISOR)
                : List.of(ClusterId.SUPERVISOR, cluster);
        return parts.tokens().issue(user, user.fullName(), audience);
    }

    private void requireSupervisor() {
        if (!world.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            throw VapiException.of(
                    VapiError.NOT_FOUND,
                    "com.vmware.vapi.std.errors.not_found",
                    "there is no Supervisor; enable Workload Management first");
        }
    }

    /** The guest of the path, if the user may use its namespace; otherwise it is as if it did not exist. */
    private Guest guestOf(Call call) {
        requireSupervisor();
        String namespace = call.path("namespace");
        String name = call.path("name");
        List<Guest> found = sight(call).into(namespace) ? parts.guests().find(namespace, name) : List.of();
        return found.stream()
                .findFirst()
                .orElseThrow(() -> VapiException.notFound("TanzuKubernetesCluster", namespace + "/" + name));
    }

    private void supervisorKubeconfig(Call call) throws IOException {
        requireSupervisor();
        WorkloadManagement.Enabled enabled = world.workload().list().stream()
                .findFirst()
                .orElseThrow(() -> VapiException.notFound("Supervisor", ""));
        kubeconfig(
                call,
                enabled.spec().firstVip().toString(),
                enabled.authorityPem(),
                "supervisor",
                Kubeconfig.User.token(token(call.session().user(), ClusterId.SUPERVISOR)));
    }

    private void guestKubeconfig(Call call) throws IOException {
        Guest guest = guestOf(call);
        if (guest.server().isEmpty()) {
            throw VapiException.of(
                    VapiError.SERVICE_UNAVAILABLE,
                    "com.vmware.vapi.std.errors.service_unavailable",
                    "the cluster " + guest.name() + " has no API yet");
        }
        kubeconfig(
                call,
                guest.server(),
                guest.authorityPem(),
                guest.name(),
                credentials(call.session().user(), guest));
    }

    private Kubeconfig.User credentials(Principal user, Guest guest) {
        return parts.guests()
                .certificate(
                        guest, LoginTokens.nameInClusters(user, user.fullName()), LoginTokens.groupsInClusters(user))
                .map(identity -> Kubeconfig.User.certificate(Pem.certificates(identity), Pem.key(identity)))
                .orElseGet(() -> Kubeconfig.User.token(token(user, guest.cluster())));
    }

    private static void kubeconfig(
            Call call, String host, String authority, String context, Kubeconfig.User credentials) throws IOException {
        String user = "wcp:" + host + ":" + call.session().user().fullName();
        Kubeconfig config = Kubeconfig.empty()
                .withCluster(host, new Kubeconfig.Cluster("https://" + host + ":" + API_PORT, authority, false))
                .withUser(user, credentials)
                .withContext(context, new Kubeconfig.Context(host, user, ""))
                .withCurrent(context);
        call.exchange()
                .responseHeader("Cache-Control", "no-store")
                .responseHeader("Content-Disposition", "attachment; filename=\"" + context + ".kubeconfig\"")
                .respond(200, "application/yaml", config.write().getBytes(StandardCharsets.UTF_8));
    }

    private Optional<JsonNode> guests(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        if (world.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            Sight sight = sight(call);
            KubeClient client = world.clusters().cluster(ClusterId.SUPERVISOR);
            for (KubeObject tkc : VipReport.list(client, Kinds.GUESTS, Query.all())) {
                if (sight.into(tkc.namespace())) {
                    guest(array.addObject(), tkc);
                }
            }
        }
        return Optional.of(array);
    }

    private static void guest(ObjectNode json, KubeObject tkc) {
        json.put("namespace", tkc.namespace())
                .put("name", tkc.name())
                .put("phase", tkc.text("status", "phase"))
                .put("version", tkc.text("spec", "distribution", "fullVersion"))
                .put(
                        "api_endpoint",
                        tkc.at("status", "clusterApiStatus", "apiEndpoints")
                                .path(0)
                                .path("host")
                                .asText(""))
                .put("created_time", tkc.text("metadata", "creationTimestamp"))
                .put(
                        "message",
                        Conditions.find(tkc, "Ready")
                                .filter(condition -> !condition.isTrue())
                                .map(condition -> condition.message())
                                .orElse(""));
        GuestNodes nodes = GuestNodes.of(tkc);
        pool(json.putObject("control_plane"), tkc.at("spec", "topology", "controlPlane"), nodes.masters());
        pool(json.putObject("workers"), tkc.at("spec", "topology", "workers"), nodes.workers());
    }

    private static void pool(ObjectNode json, JsonNode spec, long ready) {
        json.put("ready", ready)
                .put("wanted", spec.path("count").asInt())
                .put("class", spec.path("class").asText());
    }

    private Optional<JsonNode> console(Call call) {
        VirtualMachine vm = world.inventory().machines().get(MoRef.parse(call.path("vm")));
        if (!sight(call).into(LiveForms.namespace(vm))) {
            throw VapiException.notFound("virtual machine", call.path("vm"));
        }
        long after = number(call, "after", 0);
        ObjectNode json = Json.object();
        ArrayNode lines = json.putArray("lines");
        long next = after;
        for (var line : world.inventory().machines().console(vm.id(), after)) {
            lines.addObject()
                    .put("number", line.number())
                    .put("time", line.time().toString())
                    .put("text", line.text());
            next = line.number();
        }
        return Optional.of(json.put("next", next));
    }

    private Optional<JsonNode> audit(Call call) {
        call.require("Global.Diagnostics");
        long before = number(call, "before", Long.MAX_VALUE);
        int limit = (int) Math.clamp(number(call, "limit", 100), 1L, 1000L);
        String user = call.query("user");
        String path = call.query("path");
        ArrayNode array = Json.mapper().createArrayNode();
        world.audit()
                .newest(
                        entry -> entry.number() < before
                                && entry.deed().user().contains(user)
                                && entry.deed().path().contains(path),
                        limit)
                .forEach(entry -> array.add(entry.toJson()));
        return Optional.of(array);
    }

    private static long number(Call call, String name, long otherwise) {
        String text = call.query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw VapiException.invalid(name + ": '" + text + "' is not a number");
        }
    }
}
