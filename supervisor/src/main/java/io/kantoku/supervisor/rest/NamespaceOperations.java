package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Access;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Role;
import io.kantoku.supervisor.namespaces.NamespaceSpec.SubjectType;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.WorkloadManagement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /api/vcenter/namespaces}: vSphere Namespaces and who may use them. */
public final class NamespaceOperations implements Operations {
    private static final String BASE = "/api/vcenter/namespaces/instances";
    private static final String V2 = BASE + "/v2";
    private static final String ACCESS = BASE + "/{namespace}/access/{domain}/{subject}";
    private static final String CONFIGURE = "Namespaces.Configure";

    private final Namespaces namespaces;
    private final WorkloadManagement workload;
    private final NamespaceForms forms;

    public NamespaceOperations(Namespaces namespaces, WorkloadManagement workload) {
        this.namespaces = namespaces;
        this.workload = workload;
        this.forms = new NamespaceForms(workload, namespaces);
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE, this::list);
        routes.add("POST", BASE, this::create);
        routes.add("GET", BASE + "/{namespace}", this::get);
        routes.add("PUT", BASE + "/{namespace}", call -> change(call, true));
        routes.add("PATCH", BASE + "/{namespace}", call -> change(call, false));
        routes.add("DELETE", BASE + "/{namespace}", this::delete);
        routes.add("GET", ACCESS, this::getAccess);
        routes.add("POST", ACCESS, call -> setAccess(call, true));
        routes.add("PUT", ACCESS, call -> setAccess(call, false));
        routes.add("DELETE", ACCESS, this::deleteAccess);
        routes.add("GET", V2, this::listV2);
        routes.add("POST", V2, this::createV2);
        routes.add("GET", V2 + "/{namespace}", this::getV2);
        routes.add("GET", "/api/vcenter/namespaces-user/namespaces", this::own);
    }

    private Optional<JsonNode> list(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        namespaces.list().forEach(spec -> array.add(forms.summary(spec)));
        return Optional.of(array);
    }

    private Optional<JsonNode> create(Call call) throws IOException {
        call.require(CONFIGURE);
        JsonNode body = call.body();
        String name = body.path("namespace").asText("");
        String cluster = body.path("cluster").asText("");
        if (name.isEmpty() || cluster.isEmpty()) {
            throw VapiException.invalid("namespace and cluster are required");
        }
        namespaces.create(Namespaces.read(body, namespaces.blank(name, cluster)));
        return Optional.empty();
    }

    private Optional<JsonNode> get(Call call) {
        return Optional.of(forms.info(namespaces.get(call.path("namespace"))));
    }

    /** As {@code list} of vCenter 8.0: namespaces name their Supervisor. */
    private Optional<JsonNode> listV2(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        namespaces.list().forEach(spec -> {
            ObjectNode json = forms.summary(spec);
            json.remove("cluster");
            array.add(json.put("supervisor", supervisor(spec)));
        });
        return Optional.of(array);
    }

    private Optional<JsonNode> getV2(Call call) {
        NamespaceSpec spec = namespaces.get(call.path("namespace"));
        ObjectNode json = forms.info(spec);
        json.remove("cluster");
        ArrayNode libraries = json.put("supervisor", supervisor(spec)).putArray("content_libraries");
        spec.vmService()
                .libraries()
                .forEach(library ->
                        libraries.addObject().put("content_library", library).put("writable", false));
        return Optional.of(json);
    }

    private Optional<JsonNode> createV2(Call call) throws IOException {
        call.require(CONFIGURE);
        JsonNode body = call.body();
        String name = body.path("namespace").asText("");
        String id = body.path("supervisor").asText("");
        if (name.isEmpty() || id.isEmpty()) {
            throw VapiException.invalid("namespace and supervisor are required");
        }
        String cluster = workload.list().stream()
                .filter(enabled -> enabled.id().toString().equals(id))
                .findFirst()
                .orElseThrow(() -> VapiException.notFound("Supervisor", id))
                .cluster();
        namespaces.create(Namespaces.read(body, namespaces.blank(name, cluster)));
        return Optional.empty();
    }

    private String supervisor(NamespaceSpec spec) {
        return workload.find(spec.cluster())
                .map(enabled -> enabled.id().toString())
                .orElse("");
    }

    private Optional<JsonNode> change(Call call, boolean replace) throws IOException {
        call.require(CONFIGURE);
        NamespaceSpec present = namespaces.get(call.path("namespace"));
        NamespaceSpec base = replace
                ? namespaces.blank(present.name(), present.cluster()).withNetworks(present.networks())
                : present;
        namespaces.set(Namespaces.read(call.body(), base));
        return Optional.empty();
    }

    private Optional<JsonNode> delete(Call call) {
        call.require(CONFIGURE);
        namespaces.delete(call.path("namespace"));
        return Optional.empty();
    }

    private static void refuseSystem(Call call) {
        if (call.path("namespace").startsWith("vmware-system")) {
            throw VapiException.of(
                    VapiError.UNAUTHORIZED,
                    "com.vmware.vapi.std.errors.unauthorized",
                    "access to system namespaces cannot be changed");
        }
    }

    private Optional<JsonNode> getAccess(Call call) {
        NamespaceSpec spec = namespaces.get(call.path("namespace"));
        Access access = spec.access().stream()
                .filter(entry -> named(entry, call))
                .findFirst()
                .orElseThrow(() -> noEntry(call));
        return Optional.of(Json.object().put("role", access.role().name()));
    }

    private Optional<JsonNode> setAccess(Call call, boolean create) throws IOException {
        call.require(CONFIGURE);
        refuseSystem(call);
        NamespaceSpec spec = namespaces.get(call.path("namespace"));
        boolean present = spec.access().stream().anyMatch(entry -> named(entry, call));
        if (create && present) {
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    call.path("subject") + "@" + call.path("domain") + " has access already");
        }
        if (!create && !present) {
            throw noEntry(call);
        }
        List<Access> access = new ArrayList<>(
                spec.access().stream().filter(entry -> !named(entry, call)).toList());
        access.add(new Access(type(call), call.path("subject"), call.path("domain"), role(call.body())));
        namespaces.set(spec.withAccess(access));
        return Optional.empty();
    }

    private Optional<JsonNode> deleteAccess(Call call) {
        call.require(CONFIGURE);
        refuseSystem(call);
        NamespaceSpec spec = namespaces.get(call.path("namespace"));
        List<Access> access =
                spec.access().stream().filter(entry -> !named(entry, call)).toList();
        if (access.size() == spec.access().size()) {
            throw noEntry(call);
        }
        namespaces.set(spec.withAccess(access));
        return Optional.empty();
    }

    private Optional<JsonNode> own(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (NamespaceSpec spec : namespaces.visibleTo(call.session().user())) {
            workload.find(spec.cluster())
                    .ifPresent(enabled -> array.addObject()
                            .put("namespace", spec.name())
                            .put("master_host", enabled.spec().firstVip().toString()));
        }
        return Optional.of(array);
    }

    private static boolean named(Access entry, Call call) {
        return entry.about(type(call), call.path("domain"), call.path("subject"));
    }

    private static SubjectType type(Call call) {
        String type = call.query("type");
        return switch (type) {
            case "USER" -> SubjectType.USER;
            case "GROUP" -> SubjectType.GROUP;
            default -> throw VapiException.invalid("type: '" + type + "' is not one of [USER, GROUP]");
        };
    }

    private static Role role(JsonNode body) {
        String text = body.path("role").asText();
        for (Role role : Role.values()) {
            if (role.name().equals(text)) {
                return role;
            }
        }
        throw VapiException.invalid("role: '" + text + "' is not one of " + List.of(Role.values()));
    }

    private static VapiException noEntry(Call call) {
        return VapiException.of(
                VapiError.UNSUPPORTED,
                "com.vmware.vapi.std.errors.unsupported",
                call.path("subject") + "@" + call.path("domain") + " has no access to namespace "
                        + call.path("namespace"));
    }
}
