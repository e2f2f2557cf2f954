package io.kantoku.kubelet.fleet;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** One running node of a fleet: what it is, and the addresses of its pods. Used by any thread. */
final class FleetNode {
    private final NodeSpec spec;
    private final ConcurrentMap<String, String> addressByPod = new ConcurrentHashMap<>();
    private volatile @Nullable PodAddresses addresses;

    FleetNode(NodeSpec spec) {
        this.spec = spec;
    }

    NodeSpec spec() {
        return spec;
    }

    /** The node's pod CIDR, once it is known; a later call changes nothing. */
    synchronized void podCidr(String cidr) {
        if (addresses == null) {
            addresses = new PodAddresses(cidr);
        }
    }

    boolean hasPodCidr() {
        return addresses != null;
    }

    /** The pod's address: the one it has, or a new one; {@code ""} when none is free or the CIDR is not known. */
    String address(String podUid, String present) {
        PodAddresses pool = addresses;
        if (pool == null) {
            return "";
        }
        return addressByPod.computeIfAbsent(podUid, any -> {
            if (!present.isEmpty()) {
                pool.hold(present);
                return present;
            }
            return pool.take().orElse("");
        });
    }

    void release(String podUid) {
        String address = addressByPod.remove(podUid);
        PodAddresses pool = addresses;
        if (address != null && !address.isEmpty() && pool != null) {
            pool.release(address);
        }
    }
}
