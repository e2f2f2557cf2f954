package io.kantoku.loadbalancer;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries requests to one Data Plane API. */
interface ApiChannel {
    /**
     * Sends a request and waits for the answer.
     *
     * @param target path and query
     * @param json the body, none when {@code null}
     * @throws io.kantoku.loadbalancer.model.DataPlaneException UNREACHABLE or UNTRUSTED when there is no answer
     */
    Reply send(String method, String target, byte @Nullable [] json);

    /**
     * An answer.
     *
     * @param reloadId the header that names the reload to wait for
     * @param version the header with the configuration's version
     */
    record Reply(int status, Optional<String> reloadId, Optional<Long> version, String body) {
        boolean good() {
            return status >= 200 && status < 300;
        }
    }
}
