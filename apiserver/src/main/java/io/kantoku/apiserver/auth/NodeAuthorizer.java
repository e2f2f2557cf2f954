package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets nodes read what their pods need, and no more (upstream's Node authorizer): Secrets, ConfigMaps, claims and volumes by name, when a
 * pod that is bound to the node uses them. What nodes may do otherwise is the role {@code system:node}.
 */
public final class NodeAuthorizer implements Authorizer {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final String USER = "system:node:";

    private final ObjectReader objects;
    private final RbacAuthorizer rbac;

    public NodeAuthorizer(ObjectReader objects, RbacAuthorizer rbac) {
        this.objects = objects;
        this.rbac = rbac;
    }

    /** The node whose identity a user has. */
    public static Optional<String> nodeName(UserInfo user) {
        boolean node = user.name().startsWith(USER) && user.inGroup("system:nodes");
        return node ? Optional.of(user.name().substring(USER.length())) : Optional.empty();
    }

    @Override
    public Decision authorize(ClusterId cluster, UserInfo user, RequestInfo request) {
        Optional<String> node = nodeName(user);
        if (node.isEmpty() || !request.resourceRequest()) {
            return new Decision.NoOpinion("");
        }
        return switch (request.groupResource().toString()) {
            case "secrets", "configmaps", "persistentvolumeclaims", "persistentvolumes" ->
                request.subresource().equals("status")
                        ? byRole(cluster, request)
                        : related(cluster, node.get(), request);
            case "serviceaccounts" ->
                request.verb().equals("create") && request.subresource().equals("token")
                        ? decide(
                                uses(
                                        cluster,
                                        node.get(),
                                        request.namespace(),
                                        pod -> pod.text("spec", "serviceAccountName")
                                                .equals(request.name())),
                                node.get())
                        : new Decision.NoOpinion("");
            default -> byRole(cluster, request);
        };
    }

    private Decision byRole(ClusterId cluster, RequestInfo request) {
        boolean allowed = rbac.roleRules(cluster, "", "system:node").orElse(List.of()).stream()
                .anyMatch(rule -> rule.allows(request));
        return allowed ? new Decision.Allowed("node rule") : new Decision.NoOpinion("");
    }

    private Decision related(ClusterId cluster, String node, RequestInfo request) {
        if (!READS.contains(request.verb())) {
            return new Decision.NoOpinion("can only get individual resources of this type");
        }
        if (request.name().isEmpty()) {
            return new Decision.NoOpinion("No Object name found");
        }
        if (request.resource().equals("persistentvolumes")) {
            return decide(uses(cluster, node, "", pod -> usesVolume(cluster, pod, request.name())), node);
        }
        return decide(
                uses(cluster, node, request.namespace(), pod -> refers(pod, request.resource(), request.name())), node);
    }

    private static Decision decide(boolean related, String node) {
        return related
                ? new Decision.Allowed("node relationship")
                : new Decision.NoOpinion("no relationship found between node '" + node + "' and this object");
    }

    private boolean uses(ClusterId cluster, String node, String namespace, Predicate<KubeObject> uses) {
        return objects.list(cluster, PODS, namespace).stream()
                .filter(pod -> pod.text("spec", "nodeName").equals(node))
                .anyMatch(uses);
    }

    private boolean usesVolume(ClusterId cluster, KubeObject pod, String volume) {
        for (JsonNode each : pod.at("spec", "volumes")) {
            String claim = claim(pod, each);
            boolean bound = !claim.isEmpty()
                    && objects.find(cluster, CLAIMS, new NamespacedName(pod.namespace(), claim))
                            .map(found -> found.text("spec", "volumeName").equals(volume))
                            .orElse(false);
            if (bound) {
                return true;
            }
        }
        return false;
    }

    private static String claim(KubeObject pod, JsonNode volume) {
        return volume.has("ephemeral")
                ? pod.name() + "-" + volume.path("name").asText()
                : volume.path("persistentVolumeClaim").path("claimName").asText();
    }

    private static boolean refers(KubeObject pod, String resource, String name) {
        JsonNode spec = pod.at("spec");
        return switch (resource) {
            case "secrets" -> refersToSecret(spec, name);
            case "configmaps" -> refersToConfig(spec, name);
            default -> {
                boolean found = false;
                for (JsonNode volume : spec.path("volumes")) {
                    found |= claim(pod, volume).equals(name);
                }
                yield found;
            }
        };
    }

    private static boolean refersToSecret(JsonNode spec, String name) {
        for (JsonNode pull : spec.path("imagePullSecrets")) {
            if (pull.path("name").asText().equals(name)) {
                return true;
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("secret").path("secretName").asText().equals(name)
                    || inSources(volume, "secret", name)
                    || anySecretRef(volume, name)) {
                return true;
            }
        }
        return inEnvironment(spec, "secretRef", "secretKeyRef", name);
    }

    /** The reference that many kinds of volumes have to the secret of their driver. */
    private static boolean anySecretRef(JsonNode volume, String name) {
        for (JsonNode source : volume) {
            for (String field : List.of("secretRef", "nodePublishSecretRef")) {
                if (source.path(field).path("name").asText().equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean refersToConfig(JsonNode spec, String name) {
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("configMap").path("name").asText().equals(name) || inSources(volume, "configMap", name)) {
                return true;
            }
        }
        return inEnvironment(spec, "configMapRef", "configMapKeyRef", name);
    }

    private static boolean inSources(JsonNode volume, String kind, String name) {
        for (JsonNode source : volume.path("projected").path("sources")) {
            if (source.path(kind).path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean inEnvironment(JsonNode spec, String whole, String key, String name) {
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            for (JsonNode container : spec.path(list)) {
                for (JsonNode from : container.path("envFrom")) {
                    if (from.path(whole).path("name").asText().equals(name)) {
                        return true;
                    }
                }
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("valueFrom")
                            .path(key)
                            .path("name")
                            .asText()
                            .equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
