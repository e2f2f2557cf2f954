package io.kantoku.apiserver.streams;

import io.kantoku.transport.Target;
import java.net.URI;
import java.net.URISyntaxException;

/** Redirects of a proxied server, as its client can follow them. Pure. */
final class Locations {
    private Locations() {}

    /** Puts the proxy's own path before a redirect that stays on the server; leaves one to elsewhere as it is. */
    static String rewrite(String location, Target target, String prefix) {
        URI uri;
        try {
            uri = new URI(location);
        } catch (URISyntaxException e) {
            return location;
        }
        boolean same = uri.getHost() == null
                || (uri.getHost().equals(target.host()) && (uri.getPort() < 0 || uri.getPort() == target.port()));
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (!same || !path.startsWith("/") || location.startsWith("//")) {
            return location;
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
        return prefix + path + query + fragment;
    }
}
