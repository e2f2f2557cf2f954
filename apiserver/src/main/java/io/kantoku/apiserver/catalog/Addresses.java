package io.kantoku.apiserver.catalog;

import java.util.List;
import java.util.regex.Pattern;

/** The forms of IP addresses and ranges, without asking a resolver. */
final class Addresses {
    private static final String OCTET = "(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

    private Addresses() {}

    static List<String> ip(String text) {
        return isIpv4(text) || isIpv6(text)
                ? List.of()
                : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    static List<String> cidr(String text) {
        int slash = text.indexOf('/');
        if (slash > 0) {
            String address = text.substring(0, slash);
            String length = text.substring(slash + 1);
            int longest = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
            if (length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= longest) {
                return List.of();
            }
        }
        return List.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        if (gap < 0) {
            return groups(text) == 8;
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        int before = left.isEmpty() ? 0 : groups(left);
        int after = right.isEmpty() ? 0 : groups(right);
        return before >= 0 && after >= 0 && before + after < 8;
    }

    /** How many 16-bit groups the text has, a dotted tail counting two; a large negative number when it is none. */
    private static int groups(String text) {
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (GROUP.matcher(parts[i]).matches()) {
                count++;
            } else if (i == parts.length - 1 && isIpv4(parts[i])) {
                count += 2;
            } else {
                return Integer.MIN_VALUE / 2;
            }
        }
        return count;
    }
}
