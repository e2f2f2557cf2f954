package io.kantoku.tkg.lb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.tkg.net.IpPools;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.Collection;
import java.util.Optional;

/** The object that says which Service has which virtual IP. Pure. */
final class VirtualIps {
    private VirtualIps() {}

    /**
     * The object of a Service; it has the Service's name.
     *
     * @param present keeps what the API server has filled in
     * @param pools of the load balancer
     */
    static KubeObject claim(
            KubeObject service,
            String address,
            String balancer,
            Collection<KubeObject> pools,
            Optional<KubeObject> present) {
        KubeObject claim = present.map(KubeObject::copy)
                .orElseGet(() -> Kinds.VIRTUAL_IP
                        .create(service.namespace(), service.name())
                        .ownedBy(service));
        ObjectNode spec = claim.spec();
        spec.put("address", address);
        spec.put("serviceName", service.name());
        spec.put("loadBalancerName", balancer);
        Ipv4Address parsed = Ipv4Address.parse(address);
        Optional<KubeObject> pool = pools.stream()
                .filter(p ->
                        IpPools.range(p).filter(range -> range.contains(parsed)).isPresent())
                .findFirst();
        if (pool.isPresent()) {
            spec.put("poolName", pool.get().name());
        } else {
            spec.remove("poolName");
        }
        return claim;
    }

    /** Writes what is behind the address. */
    static void status(KubeObject claim, VirtualServer server) {
        ObjectNode status = claim.status();
        status.put("frontend", server.name());
        ArrayNode ports = status.putArray("ports");
        int all = 0;
        for (VirtualServer.Port port : server.ports()) {
            ports.addObject()
                    .put("name", port.name())
                    .put("port", port.port())
                    .put("servers", port.servers().size());
            all = Math.max(all, port.servers().size());
        }
        status.put("servers", all);
    }
}
