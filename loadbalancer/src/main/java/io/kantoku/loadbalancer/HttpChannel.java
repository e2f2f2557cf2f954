package io.kantoku.loadbalancer;

import org.jspecify.annotations.Nullable;

/** Requests over HTTPS with basic authentication. */
final class HttpChannel implements ApiChannel {
    private HttpChannel() {}

    static HttpChannel open(DataPlaneEndpoint endpoint) {
        throw new UnsupportedOperationException(endpoint.url());
    }

    @Override
    public Reply send(String method, String target, byte @Nullable [] json) {
        throw new UnsupportedOperationException(target);
    }

    @Override
    public void close() {}
}
