package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;

/** Issues service-account tokens. */
@FunctionalInterface
public interface TokenIssuer {
    /**
     * Answers a {@code TokenRequest}.
     *
     * @param account the service account that exists
     * @return the request with its status
     */
    KubeObject issue(ClusterId cluster, KubeObject account, KubeObject request);
}
