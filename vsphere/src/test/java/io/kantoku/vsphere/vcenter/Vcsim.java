package io.kantoku.vsphere.vcenter;

import io.kantoku.transport.pki.Pem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * govmomi's vCenter simulator, built from Debian's sources (golang-go, golang-github-vmware-govmomi-dev) into {@code target}, where it
 * stays for the next run. It ends with its input, so that nothing is left when the test is killed.
 */
public final class Vcsim implements AutoCloseable {
    private static final Path SOURCES = Path.of("/usr/share/gocode/src/github.com/vmware/govmomi");

    private final Process process;
    private final URI url;
    private final Path certificate;

    private Vcsim(Process process, URI url, Path certificate) {
        this.process = process;
        this.url = url;
        this.certificate = certificate;
    }

    public URI url() {
        return url;
    }

    /** The file with the authority of its certificate. */
    public Path certificate() {
        return certificate;
    }

    List<X509Certificate> authorities() throws IOException {
        return Pem.certificates(Files.readString(certificate));
    }

    /**
     * Starts a simulator with nothing but its model.
     *
     * @param directory for its certificate and its log
     */
    public static Vcsim start(Path directory) throws IOException, InterruptedException {
        if (!Files.isDirectory(SOURCES)) {
            throw new AssertionError(
                    "govmomi's sources are missing: apt-get install golang-go golang-github-vmware-govmomi-dev");
        }
        Path binary = Path.of("target/go/vcsim").toAbsolutePath();
        run(new ProcessBuilder("go", "build", "-o", binary.toString(), "."));
        Path certificate = directory.resolve("vcsim.pem");
        Process process = new ProcessBuilder(binary.toString(), certificate.toString())
                .redirectError(directory.resolve("vcsim.log").toFile())
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null) {
            throw new AssertionError("vcsim does not start: " + Files.readString(directory.resolve("vcsim.log")));
        }
        return new Vcsim(process, URI.create(line), certificate);
    }

    private static void run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path cache = Path.of("target/go/cache").toAbsolutePath();
        Files.createDirectories(cache);
        Path program = Path.of("src/test/go/vcsim");
        builder.directory((Files.isDirectory(program)
                                ? program
                                : Path.of("../vsphere").resolve(program))
                        .toFile())
                .redirectErrorStream(true);
        builder.environment().put("GOPATH", "/usr/share/gocode");
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOCACHE", cache.toString());
        builder.environment().put("GOFLAGS", "");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new AssertionError("go build failed: " + output);
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
