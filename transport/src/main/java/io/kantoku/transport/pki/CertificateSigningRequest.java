package io.kantoku.transport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS#10 request whose sender has proved to hold the key.
 *
 * @param hosts the IP addresses and DNS names that it asks for
 */
public record CertificateSigningRequest(PublicKey publicKey, Subject subject, List<String> hosts) {
    public CertificateSigningRequest {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads a request in PEM.
     *
     * @throws PkiException when it is no request, or its signature is not made with its key
     */
    public static CertificateSigningRequest parse(String pem) {
        try {
            PKCS10CertificationRequest request =
                    Pem.single(pem, PKCS10CertificationRequest.class, "certificate request");
            PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new PkiException("the certificate request is not signed with its own key");
            }
            return new CertificateSigningRequest(key, Subject.of(request.getSubject()), hosts(request));
        } catch (PKCSException | OperatorCreationException | GeneralSecurityException | IllegalArgumentException e) {
            throw new PkiException("the certificate request cannot be read: " + e.getMessage(), e);
        }
    }

    /** Makes a request in PEM, as a kubelet sends it. */
    public static String create(KeyPair pair, Subject subject, List<String> hosts) {
        try {
            JcaPKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(subject.toName(), pair.getPublic());
            if (!hosts.isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, SubjectAlternativeNames.encode(hosts));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            PKCS10CertificationRequest request = builder.build(
                    new JcaContentSignerBuilder(Keys.signatureAlgorithm(pair.getPrivate())).build(pair.getPrivate()));
            return Pem.block("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new PkiException("cannot make a certificate request for " + subject + ": " + e.getMessage(), e);
        }
    }

    private static List<String> hosts(PKCS10CertificationRequest request) {
        Extensions extensions = request.getRequestedExtensions();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null ? List.of() : SubjectAlternativeNames.decode(names);
    }
}
