package io.kantoku.cli.plugin;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a Supervisor's login is served.
 *
 * @param host an IP address (without brackets) or DNS name, as typed
 */
record ServerAddress(String host, int port) {
    private static final int HTTPS = 443;
    private static final String SCHEME = "https://";
    private static final Pattern DNS_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");

    /**
     * Reads what people type: an address, a name or an https URL, with a port or without, and with a slash at the end.
     *
     * @throws PluginException when it is something else
     */
    static ServerAddress parse(String typed) {
        String text = typed.strip();
        if (text.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            text = text.substring(SCHEME.length());
        } else if (text.contains("://")) {
            throw refused(typed, "only https:// is served");
        }
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.contains("/")) {
            throw refused(typed, "it may not have a path");
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            String rest = end < 0 ? "" : text.substring(end + 1);
            if (end < 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
                throw refused(typed, "an IPv6 address in brackets is [ADDRESS] or [ADDRESS]:PORT");
            }
            return checked(typed, text.substring(1, end), rest.isEmpty() ? "" : rest.substring(1), !rest.isEmpty());
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            return checked(typed, text, "", false);
        }
        return checked(typed, text.substring(0, colon), text.substring(colon + 1), true);
    }

    private static ServerAddress checked(String typed, String host, String port, boolean hasPort) {
        if (host.isEmpty()) {
            throw refused(typed, "it has no host");
        }
        if (!DNS_NAME.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw refused(typed, "\"" + host + "\" is neither an IP address nor a host name");
        }
        return new ServerAddress(host, hasPort ? port(typed, port) : HTTPS);
    }

    private static int port(String typed, String port) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65_535) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(typed, "\"" + port + "\" is not a port");
        }
        throw refused(typed, "\"" + port + "\" is not a port");
    }

    private static PluginException refused(String typed, String why) {
        return new PluginException("--server \"" + typed + "\" is not understood: " + why
                + "; give an IP address, a host name or a URL such as https://192.0.2.1");
    }

    /** The URL of an API server. */
    static String apiUrl(String host, int port) {
        return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return port == HTTPS ? host : host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
