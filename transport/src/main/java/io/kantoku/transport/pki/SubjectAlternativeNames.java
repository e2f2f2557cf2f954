package io.kantoku.transport.pki;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Hosts as certificates carry them: IP literals as addresses, everything else as DNS names. */
final class SubjectAlternativeNames {
    private SubjectAlternativeNames() {}

    static GeneralNames encode(List<String> hosts) {
        return new GeneralNames(
                hosts.stream().map(SubjectAlternativeNames::encode).toArray(GeneralName[]::new));
    }

    private static GeneralName encode(String host) {
        return address(host).isPresent()
                ? new GeneralName(GeneralName.iPAddress, host)
                : new GeneralName(GeneralName.dNSName, host);
    }

    /** The hosts of a request; names of other kinds are not hosts. */
    static List<String> decode(GeneralNames names) {
        List<String> hosts = new ArrayList<>();
        for (GeneralName name : names.getNames()) {
            if (name.getTagNo() == GeneralName.dNSName) {
                hosts.add(name.getName().toString());
            } else if (name.getTagNo() == GeneralName.iPAddress) {
                byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
                hosts.add(text(octets));
            }
        }
        return hosts;
    }

    private static String text(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new PkiException("the request names an IP address of " + octets.length + " bytes", e);
        }
    }

    static Optional<InetAddress> address(String host) {
        boolean literal =
                host.indexOf(':') >= 0 || (!host.isEmpty() && Character.isDigit(host.charAt(host.length() - 1)));
        if (!literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
