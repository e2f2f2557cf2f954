package io.kantoku.lab.fabric;

import io.kantoku.lab.Commands;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host's side of the way out: a table of nftables that masquerades what the router sends. Whether the host forwards at all is
 * its owner's decision: it is asked for, and never set.
 */
final class HostGate {
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";

    private final FabricSpec spec;
    private final Ledger ledger;
    private final LedgerEntry.PacketFilter table;

    HostGate(FabricSpec spec, Ledger ledger) {
        this.spec = spec;
        this.ledger = ledger;
        this.table = new LedgerEntry.PacketFilter(spec.host(), spec.hostTable());
    }

    /** Why machines cannot reach the outside although they may; empty when they can, or may not. */
    static Optional<String> refusal(FabricSpec spec) {
        if (!spec.outbound()) {
            return Optional.empty();
        }
        Commands.Outcome forwarding = Commands.run(onHost(spec, "cat", FORWARDING));
        return forwarding.code() == 0 && forwarding.output().equals("1")
                ? Optional.empty()
                : Optional.of(
                        "--outbound nat needs a host that forwards packets, and net.ipv4.ip_forward is 0 here; set it"
                                + " (sysctl -w net.ipv4.ip_forward=1), or start with --outbound none");
    }

    /** Makes the table, or removes the one of an earlier life that was let out. */
    void set() {
        if (spec.outbound()) {
            ledger.record(table);
            Commands.check(onHost(spec, "nft", "-f", "-"), Scripts.hostFilter(spec));
        } else if (ledger.entries().contains(table)) {
            Commands.check(onHost(spec, "nft", "-f", "-"), """
                    table ip %1$s
                    delete table ip %1$s
                    """.formatted(spec.hostTable()));
            ledger.forget(table);
        }
    }

    private static List<String> onHost(FabricSpec spec, String... command) {
        List<String> words = new ArrayList<>(spec.onHost());
        words.addAll(List.of(command));
        return words;
    }
}
