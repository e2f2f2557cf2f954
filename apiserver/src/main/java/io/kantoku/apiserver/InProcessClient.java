package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.ListRequest;
import io.kantoku.apiserver.registry.ListResult;
import io.kantoku.apiserver.registry.PatchBody;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Scales;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import io.kantoku.apiserver.rest.LocalReads;
import io.kantoku.apiserver.rest.Services;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectList;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import java.util.ArrayList;
import java.util.Optional;

/** One identity's access to one logical cluster, without a network in between but with all its checks. */
final class InProcessClient implements KubeClient {
    private final ClusterId cluster;
    private final UserInfo user;
    private final Services services;

    InProcessClient(ClusterId cluster, UserInfo user, Services services) {
        this.cluster = cluster;
        this.user = user;
        this.services = services;
    }

    @Override
    public ClusterId cluster() {
        return cluster;
    }

    @Override
    public Optional<KubeObject> find(GroupVersionResource resource, NamespacedName name) {
        if (services.types()
                .of(cluster)
                .findInternal(resource.groupResource(), resource.version())
                .isEmpty()) {
            return Optional.empty(); // as over HTTP, where a path that is not served is a 404 like any other
        }
        Target target = target("get", resource, name, "");
        return services.registry()
                .read(cluster, resource.groupResource(), target.name())
                .map(object -> object(target, object));
    }

    @Override
    public KubeObject get(GroupVersionResource resource, NamespacedName name) {
        return find(resource, name).orElseThrow(() -> ApiException.notFound(resource.groupResource(), name.name()));
    }

    @Override
    public ObjectList list(GroupVersionResource resource, Query query) {
        Target target = target("list", resource, new NamespacedName(query.namespace(), ""), "");
        Selection selection = Selection.of(
                target.type(), target.version(), query.namespace(), query.labelSelector(), query.fieldSelector());
        ListResult result = services.registry().list(cluster, resource.groupResource(), ListRequest.latest(selection));
        return new ObjectList(
                result.objects().stream().map(object -> object(target, object)).toList(),
                Long.toString(result.revision()));
    }

    @Override
    public JsonNode read(String path) {
        return LocalReads.read(services, cluster, user, path);
    }

    @Override
    public KubeObject create(GroupVersionResource resource, KubeObject object) {
        Target target = target("create", resource, new NamespacedName(object.namespace(), ""), "");
        ObjectNode body = object.copy().json();
        if (services.actions().answers(target.type())) {
            return KubeObject.of(services.actions().answer(target, body, user, options()));
        }
        return object(target, services.registry().create(target, body, options()));
    }

    @Override
    public KubeObject update(GroupVersionResource resource, KubeObject object) {
        return replace(resource, object, "");
    }

    @Override
    public KubeObject updateStatus(GroupVersionResource resource, KubeObject object) {
        return replace(resource, object, "status");
    }

    private KubeObject replace(GroupVersionResource resource, KubeObject object, String subresource) {
        Target target = target("update", resource, object.namespacedName(), subresource);
        return object(target, services.registry().update(target, object.copy().json(), options()));
    }

    @Override
    public KubeObject patch(GroupVersionResource resource, NamespacedName name, Patch patch, String subresource) {
        Target target = target("patch", resource, name, subresource);
        if (subresource.equals("scale") && patch instanceof Patch.MergePatch(var body)) {
            StoredObject scaled = services.registry().patchScale(target, body, options());
            return KubeObject.of(Scales.view(target.type(), scaled.tree()));
        }
        WriteOptions options = patch instanceof Patch.Apply apply
                ? new WriteOptions(false, apply.fieldManager(), WriteOptions.FieldValidation.IGNORE, new ArrayList<>())
                : options();
        return object(
                target,
                services.registry()
                        .patch(target, body(patch), options, () -> {})
                        .object());
    }

    private static PatchBody body(Patch patch) {
        return switch (patch) {
            case Patch.JsonPatch(var body) -> new PatchBody(PatchBody.Form.JSON, body, false);
            case Patch.MergePatch(var body) -> new PatchBody(PatchBody.Form.MERGE, body, false);
            case Patch.StrategicMergePatch(var body) -> new PatchBody(PatchBody.Form.STRATEGIC, body, false);
            case Patch.Apply(var body, var manager, var force) -> new PatchBody(PatchBody.Form.APPLY, body, force);
        };
    }

    @Override
    public KubeObject post(GroupVersionResource resource, NamespacedName name, String subresource, KubeObject body) {
        Target target = target("create", resource, name, subresource);
        return KubeObject.of(services.actions().post(target, body.copy().json(), options()));
    }

    @Override
    public void delete(GroupVersionResource resource, NamespacedName name, DeleteOptions options) {
        Target target = target("delete", resource, name, "");
        Deletion.Propagation propagation = switch (options.propagation()) {
            case BACKGROUND -> Deletion.Propagation.BACKGROUND;
            case FOREGROUND -> Deletion.Propagation.FOREGROUND;
            case ORPHAN -> Deletion.Propagation.ORPHAN;
        };
        services.registry()
                .delete(
                        target,
                        new Deletion(options.gracePeriodSeconds(), options.uid(), "", propagation, false),
                        options());
    }

    private Target target(String verb, GroupVersionResource resource, NamespacedName name, String subresource) {
        ResourceType type = services.types().requireInternal(cluster, resource.groupResource(), resource.version());
        String namespace = type.namespaced() ? name.namespace() : "";
        RequestInfo info = new RequestInfo(
                verb,
                true,
                "",
                resource.group(),
                resource.version(),
                resource.resource(),
                subresource,
                resource.groupResource().toString().equals("namespaces") ? name.name() : namespace,
                name.name());
        services.access().require(cluster, user, info);
        return new Target(
                cluster, user, type, resource.version(), subresource, new NamespacedName(namespace, name.name()));
    }

    private WriteOptions options() {
        return new WriteOptions(
                false,
                user.name().substring(user.name().lastIndexOf(':') + 1),
                WriteOptions.FieldValidation.IGNORE,
                new ArrayList<>());
    }

    private static KubeObject object(Target target, StoredObject object) {
        return KubeObject.of(Conversions.toServed(target.type(), object.unmanaged(), target.version()));
    }
}
