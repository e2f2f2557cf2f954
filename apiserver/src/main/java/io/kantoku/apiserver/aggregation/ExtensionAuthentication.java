package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.ClusterTrust;
import io.kantoku.client.KubeClient;
import io.kantoku.transport.pki.Pem;

/** Tells servers behind this one whom to believe: {@code kube-system/extension-apiserver-authentication}. */
final class ExtensionAuthentication {
    private static final NamespacedName NAME = new NamespacedName("kube-system", "extension-apiserver-authentication");
    private static final GroupVersionResource MAPS = new GroupVersionResource("", "v1", "configmaps");
    private static final GroupVersionKind MAP = new GroupVersionKind("", "v1", "ConfigMap");

    private final FrontProxy proxy;
    private final ClusterTrust trust;

    ExtensionAuthentication(FrontProxy proxy, ClusterTrust trust) {
        this.proxy = proxy;
        this.trust = trust;
    }

    boolean isMissing(KubeClient admin) {
        return admin.find(MAPS, NAME).isEmpty();
    }

    /** Writes what holds now; the front proxy's authority is another after each start. */
    void publish(KubeClient admin) {
        ClusterId cluster = admin.cluster();
        ObjectNode data = Json.object();
        trust.keys(cluster)
                .filter(keys -> !keys.clientAuthorities().isEmpty())
                .ifPresent(keys -> data.put("client-ca-file", Pem.encode(keys.clientAuthorities())));
        data.put("requestheader-allowed-names", "[\"" + FrontProxy.NAME + "\"]");
        data.put("requestheader-client-ca-file", proxy.authorityPem(cluster));
        data.put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
        data.put("requestheader-group-headers", "[\"X-Remote-Group\"]");
        data.put("requestheader-uid-headers", "[\"X-Remote-Uid\"]");
        data.put("requestheader-username-headers", "[\"X-Remote-User\"]");
        KubeObject present = admin.find(MAPS, NAME).orElse(null);
        try {
            if (present == null) {
                KubeObject map = KubeObject.create(MAP, NAME.namespace(), NAME.name());
                map.json().set("data", data);
                admin.create(MAPS, map);
            } else {
                present.json().set("data", data);
                admin.update(MAPS, present);
            }
        } catch (ApiException e) {
            if (!e.isAlreadyExists() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
