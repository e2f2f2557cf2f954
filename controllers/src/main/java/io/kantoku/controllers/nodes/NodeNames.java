package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The names of the nodes that exist. Written by the nodes' subscription. */
public final class NodeNames implements ObjectListener {
    private final Map<ClusterId, Set<String>> names = new ConcurrentHashMap<>();

    @Override
    public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
        if (previous == null) {
            names.computeIfAbsent(cluster, _ -> ConcurrentHashMap.newKeySet()).add(node.name());
        }
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject node) {
        names.getOrDefault(cluster, Set.of()).remove(node.name());
    }

    boolean contains(ClusterId cluster, String node) {
        return names.getOrDefault(cluster, Set.of()).contains(node);
    }

    void drop(ClusterId cluster) {
        names.remove(cluster);
    }
}
