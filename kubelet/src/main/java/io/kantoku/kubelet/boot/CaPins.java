package io.kantoku.kubelet.boot;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The authorities that a joining node accepts, by the hashes of their public keys as {@code kubeadm join
 * --discovery-token-ca-cert-hash} takes them: {@code sha256:} and the digest of the SubjectPublicKeyInfo (RFC 7469) in hex.
 */
final class CaPins {
    private final Set<String> pins;

    CaPins(List<String> hashes) {
        this.pins = hashes.stream().map(hash -> hash.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    boolean isEmpty() {
        return pins.isEmpty();
    }

    /** Those of the certificates whose keys are pinned. */
    List<X509Certificate> pinned(List<X509Certificate> certificates) {
        return certificates.stream()
                .filter(certificate -> pins.contains(pin(certificate)))
                .toList();
    }

    /** The hash of a certificate's public key. */
    static String pin(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return pins.toString();
    }
}
