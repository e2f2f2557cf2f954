package io.kantoku.transport.pki;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a server's certificate is for a host (RFC 9525): subject alternative names only, never the common name. */
public final class HostNames {
    private static final int DNS = 2;
    private static final int IP = 7;

    private HostNames() {}

    public static boolean matches(X509Certificate certificate, String host) {
        Optional<InetAddress> address = SubjectAlternativeNames.address(unbracketed(host));
        for (String name : of(certificate)) {
            boolean matches = address.isPresent()
                    ? SubjectAlternativeNames.address(name).equals(address)
                    : matchesDns(name.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT));
            if (matches) {
                return true;
            }
        }
        return false;
    }

    /** The IP addresses and DNS names that a certificate is for. */
    public static List<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> hosts = new ArrayList<>();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0) instanceof Integer type && name.get(1) instanceof String text) {
                        if (type == DNS) {
                            hosts.add(text);
                        } else if (type == IP) {
                            hosts.add(canonical(text));
                        }
                    }
                }
            }
            return List.copyOf(hosts);
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static String canonical(String address) {
        return SubjectAlternativeNames.address(address)
                .map(InetAddress::getHostAddress)
                .orElse(address);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** A wildcard stands for exactly one label, the leftmost. */
    private static boolean matchesDns(String name, String host) {
        if (!name.startsWith("*.")) {
            return name.equals(host);
        }
        int dot = host.indexOf('.');
        return dot > 0 && name.indexOf('.', 2) > 0 && name.substring(1).equals(host.substring(dot));
    }
}
