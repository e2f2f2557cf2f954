package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A group version that a Service serves.
 *
 * @param name of the APIService
 * @param caBundle base64 of PEM, {@code ""} for none
 * @param insecure whether any certificate will do
 */
record RemoteApi(
        String name,
        String group,
        String version,
        NamespacedName service,
        int port,
        String caBundle,
        boolean insecure,
        int groupPriority,
        int versionPriority) {
    static final GroupResource RESOURCE = new GroupResource("apiregistration.k8s.io", "apiservices");

    /** Groups with the highest priority first, in them versions likewise. */
    static final Comparator<RemoteApi> ORDER = Comparator.comparingInt(RemoteApi::groupPriority)
            .reversed()
            .thenComparing(RemoteApi::group)
            .thenComparing(Comparator.comparingInt(RemoteApi::versionPriority).reversed())
            .thenComparing(RemoteApi::version);

    /** One that this server answers itself, with a low priority as metrics-server has it. */
    static RemoteApi answered(GroupVersion version) {
        return new RemoteApi(
                version.version() + "." + version.group(),
                version.group(),
                version.version(),
                NamespacedName.clusterScoped(""),
                0,
                "",
                false,
                100,
                100);
    }

    static List<RemoteApi> all(List<KubeObject> services) {
        List<RemoteApi> remote = new ArrayList<>();
        for (KubeObject service : services) {
            JsonNode spec = service.at("spec");
            JsonNode reference = spec.path("service");
            if (reference.isObject()) {
                remote.add(new RemoteApi(
                        service.name(),
                        spec.path("group").asText(),
                        spec.path("version").asText(),
                        new NamespacedName(
                                reference.path("namespace").asText(),
                                reference.path("name").asText()),
                        reference.path("port").asInt(443),
                        spec.path("caBundle").asText(),
                        spec.path("insecureSkipTLSVerify").asBoolean(),
                        spec.path("groupPriorityMinimum").asInt(),
                        spec.path("versionPriority").asInt()));
            }
        }
        remote.sort(ORDER);
        return remote;
    }

    String groupVersion() {
        return group + "/" + version;
    }

    String path() {
        return "/apis/" + group + "/" + version;
    }

    /** The name in the server's certificate. */
    String host() {
        return service.name() + "." + service.namespace() + ".svc";
    }
}
