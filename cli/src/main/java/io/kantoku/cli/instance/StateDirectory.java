package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The directory that an instance lives in, and the files in it that more than one part knows. */
public record StateDirectory(Path path) {
    private static final String PASSWORD_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int PASSWORD_LENGTH = 16;
    private static final int TAG_BYTES = 3;

    /** The user's own: {@code $XDG_STATE_HOME/kantoku}. */
    public static Path standard() {
        return standard(System.getenv());
    }

    /** As the launcher finds it, so by {@code $HOME} before what the system's list of users says. */
    static Path standard(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        Path base = state.isEmpty()
                ? Path.of(home.isEmpty() ? System.getProperty("user.home") : home, ".local", "state")
                : Path.of(state);
        return base.resolve("kantoku");
    }

    public StateDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /** Tells this directory's instance from others on the machine: six letters and digits. */
    public String tag() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path store() {
        return path.resolve("store");
    }

    public Path vsphere() {
        return path.resolve("vsphere");
    }

    public Path documents() {
        return path.resolve("documents");
    }

    /** Whether the inventory remembers machines. */
    public boolean hasMachines() throws IOException {
        Path machines = vsphere().resolve("vm");
        if (!Files.isDirectory(machines)) {
            return false;
        }
        try (Stream<Path> files = Files.list(machines)) {
            return files.findAny().isPresent();
        }
    }

    public Path haproxy() {
        return haproxy(0);
    }

    /** The directory of one of the appliances, the first one being 0. */
    Path haproxy(int index) {
        return path.resolve(index == 0 ? "haproxy" : "haproxy-" + (index + 1));
    }

    /** Container images for nodes, an archive each. */
    public Path images() {
        return path.resolve("images");
    }

    public Path ledger() {
        return path.resolve("ledger");
    }

    public Path log() {
        return path.resolve("kantoku.log");
    }

    /** Where users come from beside the local ones; written by the administrator. */
    Path identitySources() {
        return path.resolve("identity-sources.json");
    }

    /** Who changed what. */
    public Path auditLog() {
        return path.resolve("audit.log");
    }

    /** Exists while the server is ready; holds its pid. */
    public Path ready() {
        return path.resolve("ready");
    }

    public Path administratorPassword() {
        return path.resolve("administrator-password");
    }

    public Path haproxyPassword() {
        return path.resolve("haproxy-password");
    }

    /** The certificate of vCenter's authority; clients trust this. */
    public Path authority() {
        return path.resolve("vcenter-ca.crt");
    }

    Path authorityKey() {
        return path.resolve("vcenter-ca.key");
    }

    /** The kubeconfig of the Supervisor's own administrator. */
    public Path supervisorKubeconfig() {
        return path.resolve("supervisor-admin.kubeconfig");
    }

    private Path options() {
        return path.resolve("instance.json");
    }

    /** What the instance was started with last; empty for a new one. */
    public Optional<InstanceOptions> readOptions() {
        return read(options()).map(text -> {
            JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            return InstanceOptions.of(json);
        });
    }

    void writeOptions(InstanceOptions options) {
        write(options(), options.toJson().toPrettyString() + "\n");
    }

    /** Makes the directory for its owner only. */
    void create() {
        try {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's text; empty when there is no such file. */
    public static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The password in the file; a new one is made and written when there is none. */
    String password(Path file) {
        return read(file).map(String::strip).orElseGet(() -> {
            SecureRandom random = new SecureRandom();
            StringBuilder made = new StringBuilder();
            for (int i = 0; i < PASSWORD_LENGTH; i++) {
                made.append(PASSWORD_ALPHABET.charAt(random.nextInt(PASSWORD_ALPHABET.length())));
            }
            write(file, made + "\n");
            return made.toString();
        });
    }

    /**
     * Replaces the file as a whole; only its owner can read it. One at a time, for masters that start side by side write the same
     * file.
     */
    static synchronized void write(Path file, String text) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
            Files.writeString(fresh, text, StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
