package io.kantoku.apiserver.streams;

import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpRequest.Header;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which headers pass a proxy. Pure. */
final class Headers {
    /** What concerns one connection only (RFC 9110, section 7.6.1), and what the sender writes itself. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length",
            "host",
            "expect");

    private Headers() {}

    /** What goes on of a request: nothing of the caller's credentials, and nothing by which one front proxy names users to a server. */
    static List<Header> request(Exchange exchange) {
        Set<String> named = named(exchange.headers("Connection"));
        List<Header> passed = new ArrayList<>();
        for (String name : exchange.headerNames()) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean credential =
                    lower.equals("authorization") || lower.startsWith("impersonate-") || lower.startsWith("x-remote-");
            if (!credential && !HOP.contains(lower) && !named.contains(lower)) {
                exchange.headers(name).forEach(value -> passed.add(new Header(name, value)));
            }
        }
        return passed;
    }

    /** What comes back of an answer; its type and length are the exchange's to write. */
    static List<Header> answer(List<Header> headers) {
        Set<String> named = named(headers.stream()
                .filter(header -> header.name().equalsIgnoreCase("Connection"))
                .map(Header::value)
                .toList());
        return headers.stream()
                .filter(header -> {
                    String lower = header.name().toLowerCase(Locale.ROOT);
                    return !HOP.contains(lower) && !named.contains(lower) && !lower.equals("content-type");
                })
                .toList();
    }

    private static Set<String> named(List<String> connection) {
        Set<String> names = new HashSet<>();
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
