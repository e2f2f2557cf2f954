package io.kantoku.transport.pki;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a certificate may be used for in TLS (RFC 5280, 4.2.1.12). */
public enum Usage {
    SERVER("1.3.6.1.5.5.7.3.1"),
    CLIENT("1.3.6.1.5.5.7.3.2");

    private final String oid;

    Usage(String oid) {
        this.oid = oid;
    }

    String oid() {
        return oid;
    }

    KeyPurposeId purpose() {
        return KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid));
    }
}
