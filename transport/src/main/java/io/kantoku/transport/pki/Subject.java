package io.kantoku.transport.pki;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * Whom a certificate names. Kubernetes reads the common name as user and the organizations as groups.
 *
 * @param commonName {@code ""} when there is none
 */
public record Subject(String commonName, List<String> organizations) {
    public Subject {
        organizations = List.copyOf(organizations);
    }

    public static Subject of(X509Certificate certificate) {
        return of(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }

    static Subject of(X500Name name) {
        List<String> commonNames = values(name, BCStyle.CN);
        return new Subject(commonNames.isEmpty() ? "" : commonNames.getLast(), values(name, BCStyle.O));
    }

    X500Name toName() {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> name.addRDN(BCStyle.O, organization));
        if (!commonName.isEmpty()) {
            name.addRDN(BCStyle.CN, commonName);
        }
        return name.build();
    }

    private static List<String> values(X500Name name, ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (RDN rdn : name.getRDNs(type)) {
            for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
                if (attribute.getType().equals(type)) {
                    values.add(
                            attribute.getValue() instanceof ASN1String text
                                    ? text.getString()
                                    : IETFUtils.valueToString(attribute.getValue()));
                }
            }
        }
        return values;
    }
}
