package io.kantoku.apimachinery.schema;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The formats of strings and numbers that CRD schemas may name; an unknown format allows everything. */
public final class SchemaFormats {
    private static final Pattern OCTET_DOTTED = Pattern.compile(
            "((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])");
    private static final Pattern IPV6_GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
    private static final Pattern HOSTNAME = Pattern.compile(
            "([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*\\.?");
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,255}");
    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(0|(([0-9]++(\\.[0-9]*+)?|\\.[0-9]++)(ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern DATE_TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})");
    private static final int LONGEST = 4096;

    private static final Map<String, Predicate<String>> STRINGS = Map.ofEntries(
            Map.entry("date-time", SchemaFormats::isDateTime),
            Map.entry("datetime", SchemaFormats::isDateTime),
            Map.entry("date", SchemaFormats::isDate),
            Map.entry("duration", text -> DURATION.matcher(text).matches()),
            Map.entry("ipv4", SchemaFormats::isIpv4),
            Map.entry("ipv6", SchemaFormats::isIpv6),
            Map.entry("cidr", SchemaFormats::isCidr),
            Map.entry("uuid", text -> UUID.matcher(text).matches()),
            Map.entry("uuid3", text -> isUuid(text, '3')),
            Map.entry("uuid4", text -> isUuid(text, '4')),
            Map.entry("uuid5", text -> isUuid(text, '5')),
            Map.entry(
                    "hostname",
                    text -> text.length() <= 255 && HOSTNAME.matcher(text).matches()),
            Map.entry("mac", text -> MAC.matcher(text).matches()),
            Map.entry("email", text -> EMAIL.matcher(text).matches()),
            Map.entry("uri", SchemaFormats::isUri),
            Map.entry("byte", text -> BASE64.matcher(text).matches()));

    private SchemaFormats() {}

    /** Whether a text has the form that a format demands. */
    public static boolean isGoodText(String format, String text) {
        Predicate<String> form = STRINGS.get(format);
        return form == null || ((text.length() <= LONGEST || format.equals("byte")) && form.test(text));
    }

    static boolean isGoodNumber(String format, BigDecimal number) {
        return switch (format) {
            case "int32" -> fits(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int64" -> fits(number, Long.MIN_VALUE, Long.MAX_VALUE);
            default -> true;
        };
    }

    private static boolean fits(BigDecimal number, long least, long greatest) {
        return number.compareTo(BigDecimal.valueOf(least)) >= 0 && number.compareTo(BigDecimal.valueOf(greatest)) <= 0;
    }

    private static boolean isDateTime(String text) {
        if (!DATE_TIME.matcher(text).matches()) {
            return false;
        }
        String iso = text.substring(0, 10) + "T" + text.substring(11).toUpperCase(Locale.ROOT);
        if (iso.matches(".*[+-][0-9]{4}")) {
            iso = iso.substring(0, iso.length() - 2) + ":" + iso.substring(iso.length() - 2);
        }
        try {
            OffsetDateTime.parse(iso);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isIpv4(String text) {
        return OCTET_DOTTED.matcher(text).matches();
    }

    private static boolean isIpv6(String text) {
        if (text.length() > 45 || !text.contains(":")) {
            return false;
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        String head = gap < 0 ? text : text.substring(0, gap);
        String tail = gap < 0 ? "" : text.substring(gap + 2);
        int before = groups(head, gap < 0);
        int after = groups(tail, true);
        boolean good = before >= 0 && after >= 0;
        return good && (gap < 0 ? before == 8 : before + after <= 7);
    }

    /** How many 16-bit groups a part of an IPv6 address has, -1 when it is malformed. */
    private static int groups(String part, boolean last) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] groups = part.split(":", -1);
        int count = 0;
        for (int i = 0; i < groups.length; i++) {
            if (last && i == groups.length - 1 && isIpv4(groups[i])) {
                count += 2;
            } else if (IPV6_GROUP.matcher(groups[i]).matches()) {
                count++;
            } else {
                return -1;
            }
        }
        return count;
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return false;
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        String address = text.substring(0, slash);
        return (isIpv4(address) && bits <= 32) || (isIpv6(address) && bits <= 128);
    }

    private static boolean isUuid(String text, char version) {
        return UUID.matcher(text).matches() && text.replace("-", "").charAt(12) == version;
    }

    private static boolean isUri(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
