package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apimachinery.patch.JsonPatch;
import io.kantoku.apimachinery.patch.MergePatch;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.Failures;
import io.kantoku.apiserver.registry.ListRequest;
import io.kantoku.apiserver.registry.ListResult;
import io.kantoku.apiserver.registry.PatchBody;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Answers authorized requests for resources: one method per verb. */
final class ResourceEndpoint {
    private static final Set<String> NODE_SUBRESOURCES = Set.of("log", "exec", "attach", "portforward", "proxy");

    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward");

    private final Services services;
    private final Answers answers;
    private final WatchEndpoint watches;

    ResourceEndpoint(Services services, Answers answers) {
        this.services = services;
        this.answers = answers;
        this.watches = new WatchEndpoint(services.registry(), services.metrics(), answers.forms());
    }

    /** A request and what its path means. */
    private record Call(Exchange exchange, Target target, RequestInfo info, Wanted wanted) {
        ClusterId cluster() {
            return target.cluster();
        }

        ResourceType type() {
            return target.type();
        }

        String version() {
            return target.version();
        }
    }

    void serve(ClusterId cluster, UserInfo user, ApiPath path, Exchange exchange) throws IOException {
        RequestInfo info = path.info();
        ResourceType type = services.types().require(cluster, info.groupResource(), info.version());
        boolean collection =
                Set.of("list", "watch", "deletecollection", "create").contains(info.verb())
                        && info.subresource().isEmpty();
        if (!info.subresource().isEmpty() && !type.has(info.subresource(), info.version())) {
            throw ResourceTypes.notServed();
        }
        String namespace = type.namespaced() ? info.namespace() : "";
        boolean lacksNamespace = type.namespaced() && namespace.isEmpty() && !collection;
        boolean strayNamespace = !type.namespaced()
                && !info.namespace().isEmpty()
                && !info.resource().equals("namespaces");
        if (lacksNamespace || strayNamespace) {
            throw ResourceTypes.notServed();
        }
        Target target = new Target(
                cluster, user, type, info.version(), info.subresource(), new NamespacedName(namespace, info.name()));
        checkMethod(type, info);
        if (info.verb().equals("deletecollection") && type.namespaced() && namespace.isEmpty()) {
            throw Failures.methodNotAllowed(
                    "a collection is deleted one namespace at a time: name the namespace in the path");
        }
        if (NODE_SUBRESOURCES.contains(info.subresource())) {
            requireStreamRights(cluster, user, info);
            if (!info.subresource().equals("log")) {
                services.registry()
                        .admit(
                                target,
                                AdmissionRequest.Operation.CONNECT,
                                ConnectOptions.of(info, exchange),
                                WriteOptions.by(""));
            }
            services.nodes().serve(cluster, user, info, path.remainder(), exchange);
            return;
        }
        type.strategy()
                .deprecation(info.version())
                .or(() -> Catalog.deprecation(
                        type, info.version(), services.versions().apply(cluster)))
                .ifPresent(warning -> {
                    AuditTrail.annotate("k8s.io/deprecated", "true");
                    Warnings.add(exchange, List.of(warning));
                });
        Wanted wanted = Negotiation.wanted(
                exchange, hasProtobuf(type, info), !services.actions().answers(type));
        Call call = new Call(exchange, target, info, wanted);
        dispatch(call);
    }

    private static boolean hasProtobuf(ResourceType type, RequestInfo info) {
        return info.subresource().equals("scale") || ProtobufBody.has(type.kindIn(info.version()));
    }

    /** From 1.35 on, whoever opens streams by GET needs the right to do it by POST as well. */
    private void requireStreamRights(ClusterId cluster, UserInfo user, RequestInfo info) {
        if (info.verb().equals("get")
                && STREAMS.contains(info.subresource())
                && VersionInfo.minor(services.versions().apply(cluster)) >= 35) {
            services.access().require(cluster, user, info.withVerb("create"));
        }
    }

    private static void checkMethod(ResourceType type, RequestInfo info) {
        boolean allowed = info.subresource().isEmpty()
                ? type.verbs().contains(info.verb())
                : type.subresources().stream()
                        .anyMatch(sub -> sub.name().equals(info.subresource())
                                && sub.verbs().contains(info.verb()));
        boolean ofObject = Set.of("update", "patch").contains(info.verb());
        boolean ofCollection =
                info.verb().equals("create") && info.subresource().isEmpty();
        if (!allowed
                || (ofCollection && !info.name().isEmpty())
                || (ofObject && info.name().isEmpty())) {
            throw Failures.methodNotAllowed();
        }
    }

    private void dispatch(Call call) throws IOException {
        switch (call.info().verb()) {
            case "get" -> get(call);
            case "list" -> list(call);
            case "watch" ->
                watches.serve(
                        call.exchange(), call.cluster(), call.type(), call.version(), selected(call), call.wanted());
            case "create" -> create(call);
            case "update" -> update(call);
            case "patch" -> patch(call);
            case "delete" -> delete(call);
            case "deletecollection" -> deleteCollection(call);
            default -> throw Failures.methodNotAllowed();
        }
    }

    private static Selection selected(Call call) {
        return Parameters.selection(
                call.exchange(),
                call.type(),
                call.version(),
                call.target().name().namespace());
    }

    private void get(Call call) throws IOException {
        StoredObject object = Conversions.renewed(
                call.type(),
                services.registry()
                        .get(
                                call.cluster(),
                                call.type().collection(),
                                call.target().name(),
                                Parameters.text(call.exchange(), "resourceVersion")));
        if (call.info().subresource().equals("scale")) {
            answers.tree(call.exchange(), 200, scale(call, object), call.wanted());
        } else {
            answers.object(call.exchange(), 200, call.type(), call.version(), object, call.wanted());
        }
    }

    private void list(Call call) throws IOException {
        ListRequest request = Parameters.list(
                call.exchange(),
                call.type(),
                call.version(),
                call.target().name().namespace());
        ListResult result = Conversions.renewed(
                call.type(),
                services.registry().list(call.cluster(), call.type().collection(), request));
        answers.list(call.exchange(), call.type(), call.version(), result, call.wanted());
    }

    private void create(Call call) throws IOException {
        Bodies.Sent sent = Bodies.sent(call.exchange(), call.type().kind());
        AuditTrail.object(sent.object());
        WriteOptions options =
                Parameters.write(call.exchange(), "CreateOptions").of(sent.fields());
        ObjectNode body = sent.object();
        Target target = call.target();
        if (!call.info().subresource().isEmpty()) {
            reply(call, 201, services.actions().post(target, body, options), options);
            return;
        }
        if (services.actions().answers(call.type())) {
            reply(call, 201, services.actions().answer(target, body, target.user(), options), options);
            return;
        }
        if (call.type().namespaced() && target.name().namespace().isEmpty()) {
            throw ApiException.badRequest("an empty namespace may not be set during creation");
        }
        reply(call, 201, services.registry().create(target, body, options), options);
    }

    private void update(Call call) throws IOException {
        Bodies.Sent sent = Bodies.sent(call.exchange(), call.type().kind());
        AuditTrail.object(sent.object());
        WriteOptions options =
                Parameters.write(call.exchange(), "UpdateOptions").of(sent.fields());
        ObjectNode body = sent.object();
        if (call.info().subresource().equals("scale")) {
            StoredObject scaled = services.registry().scale(call.target(), present -> body, options);
            reply(call, 200, scale(call, scaled), options);
            return;
        }
        reply(call, services.registry().put(call.target(), body, options, creation(call)), options);
    }

    private void patch(Call call) throws IOException {
        PatchBody patch = patchBody(call.exchange());
        WriteOptions options = Parameters.write(call.exchange(), "PatchOptions").of(patch.fields());
        if (patch.form() == PatchBody.Form.APPLY) {
            options = new WriteOptions(
                    options.dryRun(),
                    Parameters.explicitManager(call.exchange()),
                    options.validation(),
                    options.warnings());
        }
        if (call.info().subresource().equals("scale")) {
            StoredObject scaled = patch.form() == PatchBody.Form.APPLY
                    ? services.registry()
                            .patch(call.target(), patch, options, creation(call))
                            .object()
                    : services.registry().scale(call.target(), present -> patchedScale(present, patch), options);
            reply(call, 200, scale(call, scaled), options);
            return;
        }
        reply(call, services.registry().patch(call.target(), patch, options, creation(call)), options);
    }

    /** Asks whether the user may also create, where another verb is about to. */
    private Runnable creation(Call call) {
        return () -> services.access()
                .require(call.cluster(), call.target().user(), call.info().withVerb("create"));
    }

    private ObjectNode scale(Call call, StoredObject object) {
        return answers.forms().scale(call.type(), object, call.wanted());
    }

    private static ObjectNode patchedScale(ObjectNode present, PatchBody patch) {
        JsonNode result = switch (patch.form()) {
            case JSON -> JsonPatch.apply(present, patch.body());
            case MERGE, STRATEGIC -> MergePatch.apply(present, patch.body());
            case APPLY -> throw new IllegalArgumentException("an applied configuration is not a patch of this kind");
        };
        if (result instanceof ObjectNode scale) {
            return scale;
        }
        throw ApiException.unprocessable("the patched scale is not a JSON object");
    }

    private static PatchBody patchBody(Exchange exchange) throws IOException {
        boolean force = exchange.flag("force");
        String mediaType = Bodies.mediaType(exchange);
        byte[] bytes = Bodies.bytes(exchange);
        return switch (mediaType) {
            case "application/json-patch+json" -> new PatchBody(PatchBody.Form.JSON, Json.parse(bytes), force);
            case "application/merge-patch+json" ->
                new PatchBody(PatchBody.Form.MERGE, Json.parse(bytes), force, Bodies.doubled(bytes));
            case "application/strategic-merge-patch+json" ->
                new PatchBody(PatchBody.Form.STRATEGIC, Json.parse(bytes), force, Bodies.doubled(bytes));
            case "application/apply-patch+yaml" -> new PatchBody(PatchBody.Form.APPLY, Yaml.parse(bytes), force);
            default ->
                throw Failures.unsupportedMediaType("the body of the request was in an unknown format - accepted media"
                        + " types include: application/json-patch+json, application/merge-patch+json,"
                        + " application/strategic-merge-patch+json, application/apply-patch+yaml");
        };
    }

    private void delete(Call call) throws IOException {
        Deletion deletion = Parameters.deletion(call.exchange());
        WriteOptions options =
                new WriteOptions(deletion.dryRun(), "", WriteOptions.FieldValidation.IGNORE, new ArrayList<>());
        Registry.Deleted deleted = services.registry().delete(call.target(), deletion, options);
        if (deleted.gone() && !returnsDeleted(call.type())) {
            Warnings.add(call.exchange(), options.warnings());
            answers.tree(call.exchange(), 200, success(call.type(), deleted.object()), call.wanted());
        } else {
            reply(call, 200, deleted.object(), options);
        }
    }

    /** Kinds whose deletion answers with their last state, as upstream's do. */
    private static boolean returnsDeleted(ResourceType type) {
        return type.name().group().isEmpty()
                && Set.of(
                                "pods",
                                "services",
                                "serviceaccounts",
                                "persistentvolumes",
                                "persistentvolumeclaims",
                                "podtemplates",
                                "resourcequotas")
                        .contains(type.name().resource());
    }

    private static ObjectNode success(ResourceType type, StoredObject object) {
        Status status = new Status(0, "Success", "", "", null)
                .withDetails(new Status.Details(
                        object.name().name(), type.name().group(), type.name().resource(), object.uid(), List.of(), 0));
        ObjectNode json = status.toJson();
        json.remove("code");
        return json;
    }

    private void deleteCollection(Call call) throws IOException {
        Deletion deletion = Parameters.deletion(call.exchange());
        ListRequest request = Parameters.list(
                call.exchange(),
                call.type(),
                call.version(),
                call.target().name().namespace());
        ListResult found = services.registry().list(call.cluster(), call.type().collection(), request);
        List<StoredObject> deleted = new ArrayList<>();
        for (StoredObject object : found.objects()) {
            Target one =
                    new Target(call.cluster(), call.target().user(), call.type(), call.version(), "", object.name());
            WriteOptions options =
                    new WriteOptions(deletion.dryRun(), "", WriteOptions.FieldValidation.IGNORE, new ArrayList<>());
            try {
                deleted.add(services.registry()
                        .delete(one, deletion.ofUid(object.uid()), options)
                        .object());
            } catch (ApiException e) {
                if (!e.isNotFound() && !e.isConflict()) {
                    throw e;
                }
            }
        }
        ListResult result = new ListResult(deleted, found.revision(), "", 0);
        answers.list(call.exchange(), call.type(), call.version(), result, call.wanted());
    }

    private void reply(Call call, Registry.Written written, WriteOptions options) throws IOException {
        reply(call, written.created() ? 201 : 200, written.object(), options);
    }

    private void reply(Call call, int status, StoredObject object, WriteOptions options) throws IOException {
        Warnings.add(call.exchange(), options.warnings());
        answers.object(call.exchange(), status, call.type(), call.version(), object, call.wanted());
    }

    private void reply(Call call, int status, ObjectNode tree, WriteOptions options) throws IOException {
        Warnings.add(call.exchange(), options.warnings());
        answers.tree(call.exchange(), status, tree, call.wanted());
    }
}
