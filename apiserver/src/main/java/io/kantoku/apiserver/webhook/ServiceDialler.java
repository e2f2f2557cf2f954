package io.kantoku.apiserver.webhook;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.transport.Dialler;
import java.util.Optional;

/** Finds the way to a Service of a logical cluster, whose addresses mean nothing outside of that cluster's network. */
@FunctionalInterface
public interface ServiceDialler {
    /** Knows no way. */
    ServiceDialler NONE = (cluster, service, port) -> Optional.empty();

    /** One backend of the Service, or empty when none can be reached. */
    Optional<Endpoint> find(ClusterId cluster, NamespacedName service, int port);

    /**
     * Where to connect.
     *
     * @param address an IP address
     * @param dialler from which network
     */
    record Endpoint(String address, int port, Dialler dialler) {}
}
