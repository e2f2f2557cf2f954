package io.kantoku.kubelet.fleet;

import io.kantoku.kubelet.pod.NodeAccounts;
import io.kantoku.kubelet.pod.PodHost;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One running node of a fleet: what it is, the addresses of its pods, and when those end that are being deleted. Used by any thread. */
final class FleetNode {
    private final NodeSpec spec;
    private final NodeAccounts accounts;
    private final PodHost.EventSink events;
    private final ConcurrentMap<String, String> addressByPod = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Instant> endByPod = new ConcurrentHashMap<>();
    private volatile @Nullable PodAddresses addresses;
    private volatile boolean exhausted;

    /** {@code freed} is run when pods that had to put off a resize may try again. */
    FleetNode(NodeSpec spec, PodHost.EventSink events, Consumer<FleetNode> freed) {
        this.spec = spec;
        this.events = events;
        this.accounts = new NodeAccounts(NodeResources.of(spec).allocatable(), () -> freed.accept(this));
    }

    NodeAccounts accounts() {
        return accounts;
    }

    /** Takes Events of the node's kubelet. */
    PodHost.EventSink events() {
        return events;
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
        String address = addressByPod.computeIfAbsent(podUid, any -> {
            if (!present.isEmpty()) {
                pool.hold(present);
                return present;
            }
            Optional<String> taken = pool.take();
            exhausted |= taken.isEmpty();
            return taken.orElse(null);
        });
        return address == null ? "" : address;
    }

    /** When the containers of a pod have ended that is being deleted; {@code wish} when that is asked for the first time. */
    Instant end(String podUid, Instant wish) {
        return endByPod.computeIfAbsent(podUid, any -> wish);
    }

    /** Forgets a pod that is gone; says whether another pod has asked for an address in vain before. */
    boolean forget(String podUid) {
        endByPod.remove(podUid);
        return release(podUid);
    }

    /** Frees a pod's address; says whether another pod has asked in vain before. */
    boolean release(String podUid) {
        accounts.release(podUid);
        String address = addressByPod.remove(podUid);
        PodAddresses pool = addresses;
        if (address == null || pool == null) {
            return false;
        }
        pool.release(address);
        boolean wanted = exhausted;
        exhausted = false;
        return wanted;
    }
}
