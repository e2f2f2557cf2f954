package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.ArpAnnouncement;
import io.kantoku.loadbalancer.appliance.PacketFilter.Served;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual IPs in a machine's network: that they are local, who is told that they are here, and which ports of theirs lead to
 * HAProxy. Not thread-safe: the {@link Engine} calls under its lock.
 */
final class VipNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VipNetwork.class);
    private static final String TABLE = "5959";
    private static final int RULE = 5900;

    private final MachineNetwork machine;
    private final MachineCommands commands;
    private final FilterShell filter;
    private final List<Cidr> ranges;
    private Interception interception = Interception.NONE;
    private boolean active;
    private Served served = Served.NOTHING;

    private VipNetwork(MachineNetwork machine, List<Cidr> ranges) {
        this.machine = machine;
        this.commands = new MachineCommands(machine.namespace());
        this.filter = new FilterShell(commands.entered(List.of("nft", "--interactive")));
        this.ranges = ranges.stream()
                .filter(range -> range.network().getAddress().length == 4)
                .toList();
    }

    /**
     * Prepares a machine's network. What it answered for before, in an earlier life, it goes on answering for until
     * {@link #take} says what there is now.
     *
     * @param wish how connections shall reach HAProxy; what the kernel does not offer is done without
     */
    static VipNetwork open(MachineNetwork machine, List<Cidr> ranges, Interception wish) throws IOException {
        VipNetwork network = new VipNetwork(machine, ranges);
        network.settings();
        network.interception = network.ranges.isEmpty() ? Interception.NONE : network.probe(wish);
        LOG.atInfo()
                .setMessage("network of the appliance is prepared")
                .addKeyValue("network", machine.namespace().name())
                .addKeyValue("interception", network.interception)
                .log();
        return network;
    }

    /**
     * Addresses of other cards are nobody's business: who asks for a virtual IP on the management network gets no answer. An
     * appliance that stands by can listen on addresses that it does not hold.
     */
    private void settings() throws IOException {
        String ipv4 = "net/ipv4/conf/";
        commands.run(
                "sh",
                "-c",
                "for setting; do printf %s \"${setting#*=}\" > \"/proc/sys/${setting%%=*}\"; done",
                "sh",
                ipv4 + "all/arp_ignore=0",
                ipv4 + machine.management() + "/arp_ignore=1",
                ipv4 + machine.workload() + "/arp_ignore=0",
                "net/ipv4/ip_nonlocal_bind=1");
    }

    /** The best way that the kernel accepts. */
    private Interception probe(Interception wish) throws IOException {
        List<String> refused = new ArrayList<>();
        for (Interception candidate : List.of(Interception.TPROXY, Interception.REDIRECT)) {
            if (candidate.compareTo(wish) >= 0 && wish != Interception.NONE) {
                try {
                    commands.run(PacketFilter.tables(candidate, ranges), List.of("nft", "--check", "--file", "-"));
                    return candidate;
                } catch (IOException e) {
                    refused.add(candidate + ": " + e.getMessage());
                }
            }
        }
        if (!refused.isEmpty()) {
            LOG.atWarn()
                    .setMessage("no packet filter: each new address costs a reload of HAProxy")
                    .addKeyValue("network", machine.namespace().name())
                    .addKeyValue("reasons", refused)
                    .log();
        }
        return Interception.NONE;
    }

    Interception interception() {
        return interception;
    }

    /**
     * Makes the ranges local and answers for what is served, which replaces all that an earlier life has left, in one step.
     */
    void take(Served wanted) throws IOException {
        if (active) {
            serve(wanted);
            return;
        }
        if (interception != Interception.NONE) {
            commands.run(
                    PacketFilter.tables(interception, ranges) + PacketFilter.change(Served.NOTHING, wanted),
                    List.of("nft", "--file", "-"));
        }
        served = wanted;
        StringBuilder orders = new StringBuilder();
        for (Cidr range : ranges) {
            orders.append("route replace local %s dev lo%n".formatted(range));
        }
        commands.run(orders.toString(), List.of("ip", "-batch", "-"));
        if (machine.workloadGateway().isPresent()) {
            answerBy(machine.workloadGateway().get());
        }
        active = true;
    }

    /** Answers leave by the workload card, whatever the machine's default route is. */
    private void answerBy(InetAddress gateway) throws IOException {
        forgetRules();
        StringBuilder orders = new StringBuilder("route replace default via %s dev %s table %s%n"
                .formatted(gateway.getHostAddress(), machine.workload(), TABLE));
        for (Cidr range : ranges) {
            orders.append("rule add from %s pref %d lookup main suppress_prefixlength 0%n".formatted(range, RULE));
            orders.append("rule add from %s pref %d lookup %s%n".formatted(range, RULE + 1, TABLE));
        }
        commands.run(orders.toString(), List.of("ip", "-batch", "-"));
    }

    private void forgetRules() throws IOException {
        StringBuilder orders = new StringBuilder();
        for (int i = 0; i < ranges.size(); i++) {
            orders.append("rule del pref %d%nrule del pref %d%n".formatted(RULE, RULE + 1));
        }
        try {
            commands.run(orders.toString(), List.of("ip", "-force", "-batch", "-"));
        } catch (IOException e) {
            // there were fewer, or none: all that there were are gone
        }
    }

    /** Tells the neighbours that addresses are here. Any thread. */
    void announce(List<String> addresses) throws IOException {
        if (!addresses.isEmpty()) {
            ArpAnnouncement.send(
                    machine.namespace(),
                    machine.workload(),
                    addresses.stream().map(InetAddress::ofLiteral).toList());
        }
    }

    /** Whether the card of the virtual IPs has a cable in it. Any thread. */
    boolean connected() {
        try {
            return commands.run("", List.of("ip", "-o", "link", "show", "dev", machine.workload()))
                    .contains("LOWER_UP");
        } catch (IOException e) {
            return false; // the card is gone
        }
    }

    /** Takes no new connections from now on, until it answers for nothing, or for everything again. */
    void closeToNewcomers() throws IOException {
        if (active && interception != Interception.NONE) {
            commands.run(PacketFilter.closing(ranges), List.of("nft", "--file", "-"));
        }
    }

    /** Answers for nothing from now on. */
    void release() throws IOException {
        if (interception != Interception.NONE) {
            commands.run(PacketFilter.remove(), List.of("nft", "--file", "-"));
        }
        StringBuilder orders = new StringBuilder();
        for (Cidr range : ranges) {
            orders.append("route del local %s dev lo%n".formatted(range));
        }
        try {
            commands.run(orders.toString(), List.of("ip", "-force", "-batch", "-"));
        } catch (IOException e) {
            // some were not there
        }
        served = Served.NOTHING;
        active = false;
    }

    /** Makes this be what leads to HAProxy and is answered for. */
    void serve(Served wanted) throws IOException {
        if (!active || interception == Interception.NONE) {
            return;
        }
        String orders = PacketFilter.change(served, wanted);
        if (!orders.isEmpty()) {
            change(orders);
        }
        served = wanted;
    }

    private void change(String orders) throws IOException {
        if (orders.length() <= FilterShell.LONGEST_BATCH) {
            try {
                filter.run(orders);
                return;
            } catch (IOException e) {
                LOG.atWarn()
                        .setMessage("a change of the packet filter is tried again")
                        .addKeyValue("network", machine.namespace().name())
                        .setCause(e)
                        .log();
            }
        }
        commands.run(orders, List.of("nft", "--file", "-"));
    }

    /** Leaves everything as it is. */
    @Override
    public void close() {
        filter.close();
    }

    /** Takes ports away and adds none: what goes must not reach HAProxy any more when its servers leave. */
    void serveOnly(Served wanted) throws IOException {
        serve(served.intersect(wanted));
    }
}
