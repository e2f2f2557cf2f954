package io.kantoku.transport.pki;

import java.security.cert.X509Certificate;

/** What {@link CertificateVerifier} thinks of a chain. */
public sealed interface Verdict {
    /** The leaf leads to this authority. */
    record Trusted(X509Certificate authority) implements Verdict {}

    /** Not trusted. */
    record Rejected(Reason reason, String message) implements Verdict {}

    /** Why a chain is not trusted. */
    enum Reason {
        NO_CERTIFICATE,
        UNKNOWN_AUTHORITY,
        EXPIRED,
        NOT_YET_VALID,
        WRONG_USAGE,
        MALFORMED
    }

    default boolean trusted() {
        return this instanceof Trusted;
    }
}
