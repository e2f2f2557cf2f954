package io.kantoku.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses in CIDR form. Addresses are unsigned numbers in a long.
 *
 * @param first its lowest address
 * @param prefix 0 to 32
 */
public record Ipv4Range(long first, int prefix) {
    private static final String NUMBER = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern CIDR = Pattern.compile("(" + NUMBER + "\\.){3}" + NUMBER + "/(3[0-2]|[12]?[0-9])");
    private static final Pattern DOTTED = Pattern.compile("(" + NUMBER + "\\.){3}" + NUMBER);

    public Ipv4Range {
        if (prefix < 0 || prefix > 32 || first < 0 || first > 0xffffffffL || (first & ~maskOf(prefix)) != 0) {
            throw new IllegalArgumentException("not a range: " + first + "/" + prefix);
        }
    }

    private static long maskOf(int prefix) {
        return prefix == 0 ? 0 : 0xffffffffL << (32 - prefix) & 0xffffffffL;
    }

    /**
     * Reads {@code 192.168.1.0/24}; bits outside the prefix are cleared.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Ipv4Range parse(String cidr) {
        if (!CIDR.matcher(cidr).matches()) {
            throw new IllegalArgumentException("not a range of addresses: \"" + cidr + "\"");
        }
        int slash = cidr.indexOf('/');
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        return new Ipv4Range(address(cidr.substring(0, slash)) & maskOf(prefix), prefix);
    }

    /** Reads what may be a range; empty when it is none. */
    public static Optional<Ipv4Range> find(String text) {
        return CIDR.matcher(text).matches() ? Optional.of(parse(text)) : Optional.empty();
    }

    /**
     * The number of an address in dotted form.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static long address(String text) {
        if (!isAddress(text)) {
            throw new IllegalArgumentException("not an IPv4 address: \"" + text + "\"");
        }
        long address = 0;
        for (String number : text.split("\\.", -1)) {
            address = address << 8 | Integer.parseInt(number);
        }
        return address;
    }

    /** Whether the text is an IPv4 address in dotted form, four numbers without leading zeros. */
    public static boolean isAddress(String text) {
        return DOTTED.matcher(text).matches();
    }

    /** The dotted form of an address. */
    public static String text(long address) {
        return (address >> 24 & 0xff) + "." + (address >> 16 & 0xff) + "." + (address >> 8 & 0xff) + "."
                + (address & 0xff);
    }

    public long mask() {
        return maskOf(prefix);
    }

    public long size() {
        return 1L << (32 - prefix);
    }

    public long last() {
        return first + size() - 1;
    }

    public boolean contains(long address) {
        return (address & mask()) == first;
    }

    /** What is left of it without another, as few ranges as can be, in order. */
    public List<Ipv4Range> minus(Ipv4Range hole) {
        if (hole.prefix <= prefix) {
            return hole.contains(first) ? List.of() : List.of(this);
        }
        if (!contains(hole.first)) {
            return List.of(this);
        }
        Ipv4Range lower = new Ipv4Range(first, prefix + 1);
        Ipv4Range upper = new Ipv4Range(first + lower.size(), prefix + 1);
        List<Ipv4Range> rest = new ArrayList<>(lower.minus(hole));
        rest.addAll(upper.minus(hole));
        return rest;
    }

    /** The address this far from the first. */
    public String at(long offset) {
        return text(first + offset);
    }

    @Override
    public String toString() {
        return text(first) + "/" + prefix;
    }
}
