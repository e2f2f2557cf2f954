package io.kantoku.transport;

import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes {@link SSLContext}s from key and trust managers, without key stores. */
final class TlsContexts {
    private TlsContexts() {}

    static SSLContext create(KeyManager[] keys, TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalStateException("this JDK cannot do TLS: " + e.getMessage(), e);
        }
    }
}
