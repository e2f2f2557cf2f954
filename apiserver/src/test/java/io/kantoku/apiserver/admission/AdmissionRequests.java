package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.admission.AdmissionRequest.Operation;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.registry.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes as admission sees them, of the built-in kinds, in the cluster {@code one}. */
public final class AdmissionRequests {
    static final ClusterId CLUSTER = new ClusterId("one");

    private static final Map<String, ResourceType> TYPES = Catalog.builtIn().stream()
            .collect(Collectors.toMap(type -> type.name().toString(), Function.identity(), (first, second) -> first));

    private AdmissionRequests() {}

    public static AdmissionRequest create(UserInfo user, String resource, KubeObject object) {
        return request(user, Operation.CREATE, resource, object, null, false);
    }

    public static AdmissionRequest update(UserInfo user, String resource, KubeObject object, KubeObject old) {
        return request(user, Operation.UPDATE, resource, object, old, false);
    }

    static AdmissionRequest create(String resource, KubeObject object) {
        return create(UserInfo.master("test"), resource, object);
    }

    static AdmissionRequest update(String resource, KubeObject object, KubeObject old) {
        return update(UserInfo.master("test"), resource, object, old);
    }

    static AdmissionRequest dryRun(String resource, KubeObject object) {
        return request(UserInfo.master("test"), Operation.CREATE, resource, object, null, true);
    }

    static AdmissionRequest delete(String resource, KubeObject old) {
        return request(UserInfo.master("test"), Operation.DELETE, resource, null, old, false);
    }

    private static AdmissionRequest request(
            UserInfo user,
            Operation operation,
            String resource,
            @Nullable KubeObject object,
            @Nullable KubeObject old,
            boolean dryRun) {
        ResourceType type = TYPES.get(resource);
        KubeObject about = object == null ? old : object;
        return new AdmissionRequest(
                CLUSTER,
                user,
                operation,
                type,
                type.storageVersion(),
                "",
                about.namespace(),
                about.name(),
                json(object),
                json(old),
                dryRun,
                new ArrayList<>(List.of()));
    }

    private static @Nullable ObjectNode json(@Nullable KubeObject object) {
        return object == null ? null : object.json();
    }
}
