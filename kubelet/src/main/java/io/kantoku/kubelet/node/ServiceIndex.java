package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.ObjectListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The Services of the cluster, for the environments of containers. Thread-safe. */
final class ServiceIndex implements ObjectListener {
    private final ConcurrentMap<NamespacedName, KubeObject> services = new ConcurrentHashMap<>();

    @Override
    public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        services.put(object.namespacedName(), object);
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject last) {
        services.remove(last.namespacedName());
    }

    /** Those of a namespace, and the API server's. */
    List<KubeObject> visible(String namespace) {
        List<KubeObject> visible = new ArrayList<>();
        services.forEach((name, service) -> {
            boolean apiServer = name.equals(new NamespacedName("default", "kubernetes"));
            if (apiServer || name.namespace().equals(namespace)) {
                visible.add(service);
            }
        });
        return visible;
    }
}
