package io.kantoku.loadbalancer.model;

import org.jspecify.annotations.Nullable;

/** An address and perhaps a port, as HAProxy writes them: {@code 10.0.0.1:80}, {@code [::1]:80}, {@code ::1}, {@code /path}. */
record HostPort(String address, @Nullable Integer port) {
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean path = text.startsWith("/") || (text.contains("@") && text.indexOf('@') < 5);
        if (colon < 0 || path) {
            return new HostPort(text, null);
        }
        String tail = text.substring(colon + 1);
        if (tail.isEmpty() || tail.length() > 5 || !tail.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new HostPort(text, null);
        }
        String head = text.substring(0, colon);
        if (head.startsWith("[") && head.endsWith("]")) {
            head = head.substring(1, head.length() - 1);
        }
        return new HostPort(head, Integer.valueOf(tail));
    }

    String print() {
        String host = port != null && address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return port == null ? host : host + ":" + port;
    }
}
