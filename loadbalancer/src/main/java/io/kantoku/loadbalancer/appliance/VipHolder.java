package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PacketFilter.Served;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the virtual IPs in a machine's network, or lets another appliance hold them; does nothing on a host, where they are there
 * anyway. What the engine calls when a change is made it calls under its lock.
 */
final class VipHolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VipHolder.class);
    private static final List<Duration> ANNOUNCEMENTS =
            List.of(Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1));

    private final String appliance;
    private final ReentrantLock lock;
    private final Newcomers newcomers;
    private final Supplier<Served> served;
    private volatile @Nullable VipNetwork network;
    private boolean active = true;

    /**
     * Holds nothing yet.
     *
     * @param lock the engine's
     * @param served what HAProxy serves
     */
    VipHolder(String appliance, ReentrantLock lock, Newcomers newcomers, Supplier<Served> served) {
        this.appliance = appliance;
        this.lock = lock;
        this.newcomers = newcomers;
        this.served = served;
    }

    /** Prepares the network; says how connections reach HAProxy. */
    Interception open(MachineNetwork machine, List<Cidr> ranges, Interception wish) throws IOException {
        VipNetwork opened = VipNetwork.open(machine, ranges, wish);
        network = opened;
        return opened.interception();
    }

    /** Holds the virtual IPs, or lets them go for another appliance to hold; HAProxy goes on in either case. */
    void hold(boolean yes) throws IOException {
        lock.lock();
        try {
            active = yes;
            VipNetwork own = network;
            if (own != null && yes) {
                own.take(served.get());
                announce(own, addresses());
            } else if (own != null) {
                own.release();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no new connections any more, and returns when those that have just begun have come to their end or turn out to be long
     * ones. To be followed by letting the virtual IPs go: who was not let in asks again, and meets who has them then.
     */
    void drain() throws IOException {
        lock.lock();
        try {
            VipNetwork own = network;
            if (own == null || !active || own.interception() == Interception.NONE) {
                return;
            }
            own.closeToNewcomers();
        } finally {
            lock.unlock();
        }
        newcomers.await();
    }

    /** Leads to HAProxy what is served now and was before. */
    void serveOnly(Served wanted) throws IOException {
        VipNetwork own = network;
        if (own != null && active) {
            own.serveOnly(wanted);
        }
    }

    void serve(Served wanted) throws IOException {
        VipNetwork own = network;
        if (own != null && active) {
            own.serve(wanted);
        }
    }

    void release() throws IOException {
        VipNetwork own = network;
        if (own != null) {
            own.release();
        }
    }

    /** Whether the network of the virtual IPs can be reached at all. */
    boolean connected() {
        VipNetwork own = network;
        return own == null || own.connected();
    }

    /** The virtual IPs that are served. */
    List<String> addresses() {
        return served.get().addresses().stream().sorted().toList();
    }

    /** Tells the neighbours several times, for a packet may be lost and a switch may learn late. */
    private void announce(VipNetwork held, List<String> addresses) {
        Thread.ofVirtual().name("announce-" + appliance).start(() -> {
            try {
                for (Duration pause : ANNOUNCEMENTS) {
                    Thread.sleep(pause);
                    held.announce(addresses);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setMessage("the virtual IPs are not announced")
                        .addKeyValue("appliance", appliance)
                        .setCause(e)
                        .log();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        VipNetwork own = network;
        if (own != null) {
            own.close();
        }
    }
}
