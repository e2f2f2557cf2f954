package io.kantoku.network.openflow;

/**
 * Fields of packets and their metadata, in an order in which each follows what it presupposes. Numbers: OpenFlow 1.3.5 §7.2.3.7, and
 * {@code ovs-fields(7)} for the rest.
 */
public enum Field {
    IN_PORT(0x8000, 0, 4),
    ETH_DST(0x8000, 3, 6),
    ETH_SRC(0x8000, 4, 6),
    ETH_TYPE(0x8000, 5, 2),
    IP_PROTO(0x8000, 10, 1),
    IPV4_SRC(0x8000, 11, 4),
    IPV4_DST(0x8000, 12, 4),
    TCP_SRC(0x8000, 13, 2),
    TCP_DST(0x8000, 14, 2),
    UDP_SRC(0x8000, 15, 2),
    UDP_DST(0x8000, 16, 2),
    SCTP_SRC(0x8000, 17, 2),
    SCTP_DST(0x8000, 18, 2),
    ARP_OP(0x8000, 21, 2),
    ARP_SPA(0x8000, 22, 4),
    ARP_TPA(0x8000, 23, 4),
    ARP_SHA(0x8000, 24, 6),
    ARP_THA(0x8000, 25, 6),
    REG0(0x0001, 0, 4),
    REG1(0x0001, 1, 4),
    REG2(0x0001, 2, 4),
    REG3(0x0001, 3, 4),
    REG4(0x0001, 4, 4),
    REG5(0x0001, 5, 4),
    CONJ_ID(0x0001, 37, 4),
    CT_STATE(0x0001, 105, 4),
    CT_MARK(0x0001, 107, 4),
    /** The port by which a packet came, in the 16 bits of OpenFlow 1.0: actions can clear it. */
    IN_PORT_16(0x0000, 0, 2);

    private final int oxmClass;
    private final int number;
    private final int bytes;

    Field(int oxmClass, int number, int bytes) {
        this.oxmClass = oxmClass;
        this.number = number;
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    int bits() {
        return bytes * 8;
    }

    /** All bits of the field. */
    long all() {
        return -1L >>> (64 - bits());
    }

    /** The header of an entry of this field. */
    int header(boolean masked) {
        return oxmClass << 16 | number << 9 | (masked ? 1 << 8 : 0) | (masked ? bytes * 2 : bytes);
    }
}
