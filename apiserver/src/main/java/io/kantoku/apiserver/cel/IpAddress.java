package io.kantoku.apiserver.cel;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** An IP address in the one strict form that Kubernetes' CEL library takes: no zones, no leading zeros, no IPv4 in IPv6. */
record IpAddress(InetAddress address) {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** A range of addresses, with the bits of the host as they were written. */
    record Network(IpAddress base, int length) {
        /** @throws IllegalArgumentException when the text is no CIDR */
        static Network parse(String text) {
            int slash = text.lastIndexOf('/');
            String bits = slash < 0 ? "" : text.substring(slash + 1);
            if (slash < 0 || !bits.matches("0|[1-9][0-9]{0,2}")) {
                throw new IllegalArgumentException(
                        "network address parse error during conversion from string: \"" + text + "\" is not a CIDR");
            }
            IpAddress base = IpAddress.parse(text.substring(0, slash));
            int length = Integer.parseInt(bits);
            if (length > base.bits()) {
                throw new IllegalArgumentException("network address parse error during conversion from string: \""
                        + text + "\": prefix length out of range");
            }
            return new Network(base, length);
        }

        boolean contains(IpAddress other) {
            int host = base.bits() - length;
            return other.bits() == base.bits()
                    && other.number().shiftRight(host).equals(base.number().shiftRight(host));
        }

        boolean contains(Network other) {
            return other.length >= length && contains(other.base);
        }

        Network masked() {
            int host = base.bits() - length;
            byte[] bytes = new byte[base.bits() / 8];
            byte[] number = base.number().shiftRight(host).shiftLeft(host).toByteArray();
            for (int i = 0; i < Math.min(bytes.length, number.length); i++) {
                bytes[bytes.length - 1 - i] = number[number.length - 1 - i];
            }
            return new Network(of(bytes), length);
        }

        @Override
        public String toString() {
            return base + "/" + length;
        }
    }

    /** @throws IllegalArgumentException when the text is no address, or one in a form that is not allowed */
    static IpAddress parse(String text) {
        if (IPV4.matcher(text).matches()) {
            return new IpAddress(InetAddress.ofLiteral(text));
        }
        if (!IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "IP Address '" + text + "' parse error during conversion from string: unable to parse IP");
        }
        InetAddress parsed;
        try {
            parsed = Inet6Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "IP Address '" + text + "' parse error during conversion from string: unable to parse IP", e);
        }
        if (!(parsed instanceof Inet6Address)) {
            throw new IllegalArgumentException("IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
        }
        return new IpAddress(parsed);
    }

    private static IpAddress of(byte[] bytes) {
        try {
            return new IpAddress(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    int bits() {
        return address.getAddress().length * 8;
    }

    long family() {
        return bits() == 32 ? 4 : 6;
    }

    private BigInteger number() {
        return new BigInteger(1, address.getAddress());
    }

    boolean globalUnicast() {
        byte[] bytes = address.getAddress();
        boolean broadcast = bytes.length == 4 && bytes[0] == -1 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1;
        return !broadcast
                && !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress();
    }

    /** The canonical text (RFC 5952). */
    @Override
    public String toString() {
        if (bits() == 32) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                boolean separated = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(separated ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
