package io.kantoku.apiserver.webhook;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.ClientTls;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Keeps whom to trust by which name, so that connections are used again. Safe for use by many threads. */
public final class TrustedServers {
    private static final int KEPT = 512;

    private final Map<Key, ClientTls> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ClientTls> eldest) {
            return size() > KEPT;
        }
    };

    /** Connections of one cluster are never used by another. */
    private record Key(ClusterId cluster, String host, String bundle) {}

    /** The authorities that the operating system or the Java runtime trusts. */
    private static final class Roots {
        private static final List<X509Certificate> AUTHORITIES = authorities();

        private static List<X509Certificate> authorities() {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init((@Nullable KeyStore) null);
                return Arrays.stream(factory.getTrustManagers())
                        .filter(X509TrustManager.class::isInstance)
                        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
                        .toList();
            } catch (NoSuchAlgorithmException | KeyStoreException e) {
                throw new IllegalStateException("the runtime's trusted authorities cannot be read", e);
            }
        }
    }

    /** @param bundle authorities as base64 of PEM, {@code ""} for the system's */
    ClientTls tls(ClusterId cluster, String host, String bundle) {
        synchronized (known) {
            return known.computeIfAbsent(new Key(cluster, host, bundle), TrustedServers::make);
        }
    }

    private static ClientTls make(Key key) {
        return trusting(key.bundle()).expecting(key.host());
    }

    /**
     * Trust in a bundle, not yet for a name.
     *
     * @param bundle authorities as base64 of PEM, {@code ""} for the system's
     */
    public static ClientTls trusting(String bundle) {
        return bundle.isEmpty()
                ? ClientTls.trusting(Roots.AUTHORITIES)
                : ClientTls.trusting(new String(Base64.getMimeDecoder().decode(bundle), StandardCharsets.UTF_8));
    }
}
