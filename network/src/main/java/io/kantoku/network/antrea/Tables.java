package io.kantoku.network.antrea;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The flow tables of a node's bridge, in the order in which a packet meets them; names as Antrea has them. */
enum Tables {
    /** Where a packet comes from; what claims to come from elsewhere is dropped. */
    CLASSIFIER("Classifier"),
    ARP_RESPONDER("ARPResponder"),
    /** Gives answers to hairpins their real destination. */
    UN_SNAT("UnSNAT"),
    CONNTRACK("ConntrackZone"),
    CONNTRACK_STATE("ConntrackState"),
    /** Flows that bridges learn: which endpoint a client has. */
    SESSION_AFFINITY("SessionAffinity"),
    SERVICE_LB("ServiceLB"),
    ENDPOINT_DNAT("EndpointDNAT"),
    EGRESS_RULE("EgressRule"),
    EGRESS_DEFAULT("EgressDefaultRule"),
    L3_FORWARDING("L3Forwarding"),
    INGRESS_RULE("IngressRule"),
    INGRESS_DEFAULT("IngressDefaultRule"),
    CONNTRACK_COMMIT("ConntrackCommit"),
    /** Hides the source of what goes back to where it came from. */
    SNAT("SNAT"),
    OUTPUT("Output");

    private final String label;

    Tables(String label) {
        this.label = label;
    }

    int number() {
        return ordinal();
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
