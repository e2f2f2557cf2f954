package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.SafeNames;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Gives every pod a service account and, unless it is not wanted, a volume with a token, the authority and the namespace. */
public final class ServiceAccountAdmission implements AdmissionPlugin {
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String VOLUME = "kube-api-access-";
    private static final int TOKEN_SECONDS = 3607;

    private final ObjectReader objects;
    private final RandomGenerator random;

    public ServiceAccountAdmission(ObjectReader objects, RandomGenerator random) {
        this.objects = objects;
        this.random = random;
    }

    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode pod = request.object();
        if (pod == null || !request.creates() || !request.type().name().equals(PodDefaults.PODS) || mirror(pod)) {
            return;
        }
        ObjectNode spec = pod.withObjectProperty("spec");
        String wanted = Stream.of("serviceAccountName", "serviceAccount")
                .map(member -> spec.path(member).asText())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("default");
        spec.put("serviceAccountName", wanted).put("serviceAccount", wanted);
        KubeObject account = objects.find(request.cluster(), ACCOUNTS, new NamespacedName(request.namespace(), wanted))
                .orElseThrow(() -> ApiException.forbidden(
                        PodDefaults.PODS,
                        request.shownName(),
                        "error looking up service account " + request.namespace() + "/" + wanted + ": serviceaccount \""
                                + wanted + "\" not found"));
        if (account.at("imagePullSecrets").size() > 0
                && spec.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.at("imagePullSecrets").deepCopy());
        }
        if (wantsToken(spec, account)) {
            addToken(spec);
        }
    }

    private static boolean mirror(ObjectNode pod) {
        return pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
    }

    private static boolean wantsToken(ObjectNode spec, KubeObject account) {
        JsonNode own = spec.path("automountServiceAccountToken");
        return own.isBoolean()
                ? own.asBoolean()
                : account.at("automountServiceAccountToken").asBoolean(true);
    }

    private void addToken(ObjectNode spec) {
        Optional<String> present = tokenVolume(spec);
        String volume = present.orElseGet(() -> VOLUME + SafeNames.suffix(random));
        boolean mounted = mount(spec.path("containers"), volume);
        mounted |= mount(spec.path("initContainers"), volume);
        if (mounted && present.isEmpty()) {
            addVolume(spec.withArrayProperty("volumes"), volume);
        }
    }

    /** The volume of an earlier look at the same pod. */
    private static Optional<String> tokenVolume(ObjectNode spec) {
        for (JsonNode volume : spec.path("volumes")) {
            String name = volume.path("name").asText();
            if (name.startsWith(VOLUME)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static boolean mount(JsonNode containers, String volume) {
        boolean any = false;
        for (JsonNode container : containers) {
            boolean has = false;
            for (JsonNode mount : container.path("volumeMounts")) {
                has |= mount.path("mountPath").asText().equals(MOUNT_PATH);
            }
            if (!has && container instanceof ObjectNode node) {
                node.withArrayProperty("volumeMounts")
                        .addObject()
                        .put("name", volume)
                        .put("readOnly", true)
                        .put("mountPath", MOUNT_PATH);
                any = true;
            }
        }
        return any;
    }

    private static void addVolume(ArrayNode volumes, String name) {
        ObjectNode projected = volumes.addObject().put("name", name).putObject("projected");
        projected.put("defaultMode", 420);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode field = sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace");
        field.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    }
}
