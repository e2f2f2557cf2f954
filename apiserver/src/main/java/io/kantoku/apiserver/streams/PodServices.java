package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.transport.Target;
import java.util.Optional;

/** Finds ready pods behind a Service for calls of the server's own, made from the network of one of the cluster's control planes. */
public final class PodServices implements ServiceDialler {
    private final ProxyTargets targets;
    private final NodeAccess access;

    public PodServices(ObjectReader objects, NodeAccess access) {
        this.targets = new ProxyTargets(objects, access);
        this.access = access;
    }

    @Override
    public Optional<Endpoint> find(ClusterId cluster, NamespacedName service, int port) {
        return access.anyCaller(cluster).flatMap(caller -> {
            ProxyName name = new ProxyName("https", service.name(), Integer.toString(port));
            try {
                Target target = targets.service(cluster, service.namespace(), name, caller);
                return Optional.of(new Endpoint(target.host(), target.port(), target.dialler()));
            } catch (ApiException e) {
                return Optional.empty(); // no such Service, or nothing behind it that can be called
            }
        });
    }
}
