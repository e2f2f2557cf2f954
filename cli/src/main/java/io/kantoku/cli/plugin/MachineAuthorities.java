package io.kantoku.cli.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The authorities that this machine trusts, found where Go programs such as kubectl find them: the file of SSL_CERT_FILE or the
 * distribution's bundle, and the directories of SSL_CERT_DIR (separated by colons), or the distribution's when there is no bundle.
 */
final class MachineAuthorities {
    private static final List<String> BUNDLES = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/pki/tls/cacert.pem",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/cert.pem");
    private static final List<String> DIRECTORIES = List.of("/etc/ssl/certs", "/etc/pki/tls/certs");
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]*)-----END (?:TRUSTED )?CERTIFICATE-----");

    private MachineAuthorities() {}

    /** All authorities; a file or certificate that cannot be read is as good as absent, as it is for Go. */
    static List<X509Certificate> load(Map<String, String> variables) {
        List<X509Certificate> found = new ArrayList<>();
        String file = variables.getOrDefault("SSL_CERT_FILE", "");
        List<String> bundles = file.isEmpty() ? BUNDLES : List.of(file);
        bundles.stream()
                .map(Path::of)
                .flatMap(bundle -> read(bundle).stream())
                .findFirst()
                .ifPresent(text -> found.addAll(certificates(text)));
        String directories = variables.getOrDefault("SSL_CERT_DIR", "");
        if (!directories.isEmpty()) {
            Stream.of(directories.split(":"))
                    .filter(directory -> !directory.isEmpty())
                    .forEach(directory -> found.addAll(inDirectory(Path.of(directory))));
        } else if (found.isEmpty() && file.isEmpty()) {
            DIRECTORIES.forEach(directory -> found.addAll(inDirectory(Path.of(directory))));
        }
        return List.copyOf(found);
    }

    /** The certificates of a PEM text; blocks that are damaged or of another kind are left out. */
    static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = factory();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            try {
                byte[] encoded = Base64.getMimeDecoder().decode(block.group(1));
                if (factory.generateCertificate(new ByteArrayInputStream(encoded))
                        instanceof X509Certificate certificate) {
                    certificates.add(certificate);
                }
            } catch (CertificateException | IllegalArgumentException e) {
                // bundles hold certificates that one reader or another does not understand
            }
        }
        return certificates;
    }

    private static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("this Java cannot read certificates: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> inDirectory(Path directory) {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
        return files.stream()
                .flatMap(file -> read(file).stream())
                .flatMap(text -> certificates(text).stream())
                .distinct()
                .toList();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
