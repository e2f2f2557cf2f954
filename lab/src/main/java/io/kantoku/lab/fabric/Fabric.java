package io.kantoku.lab.fabric;

import io.kantoku.lab.ArpAnnouncement;
import io.kantoku.lab.Commands;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual switch with its router, and the machines on it. What an earlier life made is found by the ledger and kept; what it left
 * half made is made anew.
 *
 * <p>Used by any thread; calls for one machine must not overlap. The main namespace gets one link and a route for each range that
 * the host may reach, never a bridge or a forwarding setting, and a table of nftables only while machines may reach the outside.
 */
public final class Fabric {
    private static final Logger LOG = LoggerFactory.getLogger(Fabric.class);

    private static final List<Duration> ANNOUNCEMENTS =
            List.of(Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(1));

    private final FabricSpec spec;
    private final Ledger ledger;

    private Fabric(FabricSpec spec, Ledger ledger) {
        this.spec = spec;
        this.ledger = ledger;
    }

    /**
     * Makes the fabric, or takes over the one that is there.
     *
     * @throws io.kantoku.lab.LabException when the kernel refuses; the message has the command's own words
     */
    public static Fabric open(FabricSpec spec, Ledger ledger) {
        Fabric fabric = new Fabric(spec, ledger);
        if (!fabric.isReady(spec.namespace())) {
            fabric.make();
        } else if (fabric.leadsOut() != spec.outbound()) {
            Commands.script(Scripts.outbound(spec));
        }
        new HostGate(spec, ledger).set();
        spec.reachable().forEach(fabric::route);
        return fabric;
    }

    /** Why the host cannot do what the fabric needs of it, and what to change; empty when it can. */
    public static Optional<String> refusal(FabricSpec spec) {
        return HostGate.refusal(spec);
    }

    private boolean leadsOut() {
        return !Commands.run(List.of("ip", "-n", spec.namespace(), "route", "show", "default"))
                .output()
                .isEmpty();
    }

    private void make() {
        LedgerEntry.Link transit = new LedgerEntry.Link(spec.host(), spec.transitLink());
        LedgerEntry.Namespace namespace = new LedgerEntry.Namespace(spec.namespace());
        ledger.record(namespace);
        ledger.record(transit);
        Commands.script(spec.hostIp() + " link del " + spec.transitLink() + " 2>/dev/null || true\n" + "ip netns del "
                + spec.namespace() + " 2>/dev/null || true\n");
        Commands.script(Scripts.fabric(spec));
        LOG.atInfo()
                .setMessage("fabric made")
                .addKeyValue("namespace", spec.namespace())
                .log();
    }

    private void route(Subnet range) {
        ledger.record(new LedgerEntry.Route(spec.host(), range.toString(), Scripts.PROTOCOL));
        Commands.script(Scripts.hostRoute(spec, range));
    }

    public FabricSpec spec() {
        return spec;
    }

    /** The namespace of the switch and the router. */
    public NetworkNamespace namespace() {
        return new NetworkNamespace(spec.namespace());
    }

    /** The namespace of a machine, whether it exists or not. */
    public NetworkNamespace namespace(String machine) {
        return new NetworkNamespace(spec.namespace(machine));
    }

    /** Lets the host reach a further range of virtual IPs, which are those of the machine with an address. */
    public void reach(Subnet range, String address) {
        boolean inSegment =
                spec.segments().stream().anyMatch(segment -> segment.subnet().contains(range));
        ledger.record(new LedgerEntry.Route(spec.host(), range.toString(), Scripts.PROTOCOL));
        Commands.script((inSegment ? "" : Scripts.behind(spec, range, address)) + Scripts.reachable(spec, range));
    }

    /**
     * Connects a machine, or finds it connected.
     *
     * @throws io.kantoku.lab.LabException when the kernel refuses
     */
    public NetworkNamespace connect(Wiring wiring) {
        String name = spec.namespace(wiring.machine());
        LedgerEntry.Namespace entry = new LedgerEntry.Namespace(name);
        if (!isReady(name)) {
            if (new NetworkNamespace(name).exists()) {
                Commands.script(Scripts.removeMachine(spec, wiring));
            }
            ledger.record(entry);
            Commands.script(Scripts.machine(spec, wiring));
            Thread.ofVirtual().name("announce-" + wiring.machine()).start(() -> announce(wiring));
        }
        return new NetworkNamespace(name);
    }

    /**
     * Tells the neighbours that addresses have another machine now, as a booting system does: they would send to the former one's
     * card for half a minute. More than once, for the switch may not forward yet.
     */
    private void announce(Wiring wiring) {
        NetworkNamespace machine = namespace(wiring.machine());
        try {
            for (Duration pause : ANNOUNCEMENTS) {
                Thread.sleep(pause);
                for (Port port : wiring.ports()) {
                    ArpAnnouncement.send(machine, port.name(), List.of(InetAddress.ofLiteral(port.plainAddress())));
                }
            }
        } catch (IOException e) {
            LOG.atDebug()
                    .setMessage("addresses are not announced; the machine may be gone already")
                    .addKeyValue("machine", wiring.machine())
                    .setCause(e)
                    .log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a machine off the switch; every socket in it has to be closed before, or it lives on unseen. */
    public void disconnect(Wiring wiring) {
        String name = spec.namespace(wiring.machine());
        if (new NetworkNamespace(name).exists()) {
            Commands.script(Scripts.removeMachine(spec, wiring));
        }
        ledger.forget(new LedgerEntry.Namespace(name));
    }

    private boolean isReady(String namespace) {
        if (!ledger.entries().contains(new LedgerEntry.Namespace(namespace))
                || !new NetworkNamespace(namespace).exists()) {
            return false;
        }
        Commands.Outcome shown = Commands.run(List.of("ip", "-n", namespace, "link", "show", "dev", "lo"));
        return shown.code() == 0 && shown.output().contains(Scripts.READY);
    }
}
