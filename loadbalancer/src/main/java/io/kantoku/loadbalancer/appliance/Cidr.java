package io.kantoku.loadbalancer.appliance;

import java.net.InetAddress;
import java.util.Arrays;

/** A block of addresses, {@code 10.44.59.64/26}; bits past the prefix are zero. */
public record Cidr(InetAddress network, int prefix) {
    public Cidr {
        byte[] bytes = network.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException("prefix /" + prefix + " does not fit " + network.getHostAddress());
        }
        if (!Arrays.equals(bytes, mask(bytes, prefix))) {
            throw new IllegalArgumentException(
                    network.getHostAddress() + "/" + prefix + " has bits set past its prefix; give the first address");
        }
    }

    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a block of addresses such as 10.44.59.64/26");
        }
        try {
            return new Cidr(
                    InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" has no number after the slash", e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] own = network.getAddress();
        return bytes.length == own.length && Arrays.equals(mask(bytes, prefix), own);
    }

    private static byte[] mask(byte[] address, int prefix) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            int bits = Math.clamp(prefix - i * 8L, 0, 8);
            masked[i] = (byte) (address[i] & (0xff << (8 - bits)));
        }
        return masked;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
