package io.kantoku.network.antrea;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The flow tables of a node's bridge, in the order in which a packet meets them; names as Antrea has them. */
enum Tables {
    /** Where a packet comes from; what claims to come from elsewhere is dropped. */
    CLASSIFIER(0, "Classifier"),
    ARP_RESPONDER(1, "ARPResponder"),
    /** Gives answers to hairpins their real destination. */
    UN_SNAT(2, "UnSNAT"),
    CONNTRACK(3, "ConntrackZone"),
    CONNTRACK_STATE(4, "ConntrackState"),
    /** Flows that bridges learn: which endpoint a client has. */
    SESSION_AFFINITY(5, "SessionAffinity"),
    SERVICE_LB(6, "ServiceLB"),
    ENDPOINT_DNAT(7, "EndpointDNAT"),
    EGRESS_RULE(8, "EgressRule"),
    EGRESS_DEFAULT(9, "EgressDefaultRule"),
    L3_FORWARDING(10, "L3Forwarding"),
    INGRESS_RULE(11, "IngressRule"),
    INGRESS_DEFAULT(12, "IngressDefaultRule"),
    CONNTRACK_COMMIT(13, "ConntrackCommit"),
    /** Hides the source of what goes back to where it came from. */
    SNAT(14, "SNAT"),
    OUTPUT(15, "Output");

    private final int number;
    private final String label;

    Tables(int number, String label) {
        this.number = number;
        this.label = label;
    }

    int number() {
        return number;
    }

    /** Arguments of {@code ovs-vsctl} that name the tables of a bridge, for those who dump its flows. */
    static String names() {
        return Stream.of(values())
                .map(table ->
                        "flow_tables:" + table.number() + "=@" + table.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /** Arguments of {@code ovs-vsctl} that make what {@link #names} refers to. */
    static String records() {
        return Stream.of(values())
                .map(table ->
                        "-- --id=@" + table.name().toLowerCase(Locale.ROOT) + " create Flow_Table name=" + table.label)
                .collect(Collectors.joining(" "));
    }
}
