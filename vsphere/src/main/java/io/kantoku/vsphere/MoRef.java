package io.kantoku.vsphere;

import java.util.Comparator;

/**
 * The id of an inventory object as vCenter writes it, for example {@code domain-c8} or {@code vm-42}.
 *
 * @param kind what the id names
 * @param number unique among the objects of the kind
 */
public record MoRef(Kind kind, long number) implements Comparable<MoRef> {
    private static final Comparator<MoRef> ORDER =
            Comparator.comparing(MoRef::kind).thenComparingLong(MoRef::number);

    /** The kinds of inventory objects. */
    public enum Kind {
        DATACENTER("datacenter-", "datacenter"),
        FOLDER("group-v", "VM folder"),
        CLUSTER("domain-c", "cluster"),
        RESOURCE_POOL("resgroup-", "resource pool"),
        HOST("host-", "host"),
        DATASTORE("datastore-", "datastore"),
        SWITCH("dvs-", "distributed switch"),
        PORT_GROUP("dvportgroup-", "distributed port group"),
        NETWORK("network-", "standard network"),
        VM("vm-", "virtual machine");

        private final String prefix;
        private final String label;

        Kind(String prefix, String label) {
            this.prefix = prefix;
            this.label = label;
        }

        public MoRef of(long number) {
            return new MoRef(this, number);
        }

        /** The kind in words. */
        public String label() {
            return label;
        }
    }

    public MoRef {
        if (number < 0) {
            throw VsphereException.invalid("an inventory id needs a number from 0 on, not " + number);
        }
    }

    /** Reads an id; {@code INVALID_ARGUMENT} when it is not one. */
    public static MoRef parse(String text) {
        for (Kind kind : Kind.values()) {
            if (text.startsWith(kind.prefix)) {
                String digits = text.substring(kind.prefix.length());
                if (digits.length() <= 18 && !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    return new MoRef(kind, Long.parseLong(digits));
                }
            }
        }
        throw VsphereException.invalid("'" + text + "' is not an inventory id; ids look like domain-c8, host-10,"
                + " dvportgroup-21, datastore-11, resgroup-9, group-v3 or vm-42");
    }

    /** This id if it is of the kind; otherwise {@code INVALID_ARGUMENT}. */
    public MoRef require(Kind wanted) {
        if (kind != wanted) {
            throw VsphereException.invalid(
                    this + " is the id of a " + kind.label + ", but a " + wanted.label + " is needed here");
        }
        return this;
    }

    @Override
    public int compareTo(MoRef other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind.prefix + number;
    }
}
