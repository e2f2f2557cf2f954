package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.DataPlaneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where an appliance keeps what.
 *
 * @param directory of the appliance
 * @param sockets a directory for command sockets and maps whose path is short and plain: a Unix socket's path has 107 bytes at
 *     most, of which HAProxy needs some for a temporary name
 */
record ApplianceFiles(Path directory, Path sockets) {
    private static final int LONGEST_SOCKET_PATH = 88;
    private static final String OWNER_ONLY = "rwx------";

    static ApplianceFiles in(Path directory) throws IOException {
        createPrivate(directory);
        Path inside = directory.resolve("run");
        boolean plain = directory.toString().matches("[A-Za-z0-9/._-]+");
        if (plain
                && inside.resolve("master.sock").toString().getBytes(StandardCharsets.UTF_8).length
                        <= LONGEST_SOCKET_PATH) {
            createPrivate(inside);
            return new ApplianceFiles(directory, inside);
        }
        Path outside = Path.of("/tmp", "kantoku-" + hash(directory));
        createPrivate(outside);
        return new ApplianceFiles(directory, outside);
    }

    /** Creates the directory for the owner only; one that is somebody else's is refused. */
    private static void createPrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        }
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new DataPlaneException(
                    DataPlaneException.Code.INTERNAL,
                    directory + " belongs to another user; remove it, or use another state directory");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OWNER_ONLY));
    }

    private static String hash(Path directory) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(directory.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What is configured: the truth. */
    Path configuration() {
        return directory.resolve("haproxy.cfg");
    }

    /** What HAProxy reads: the configuration without what cannot be served now. */
    Path engine() {
        return directory.resolve("engine.cfg");
    }

    /** There while HAProxy may not yet run what {@link #engine} says. */
    Path reloading() {
        return directory.resolve("reloading");
    }

    /** A candidate while HAProxy checks it. */
    Path candidate() {
        return directory.resolve("haproxy.cfg.candidate");
    }

    /** A file that HAProxy's configuration names within an expression, where many characters mean something. */
    private Path named(String name) {
        return sockets.resolve(name);
    }

    /** Which port leads to which configured backend. */
    Path portsMap() {
        return named("ports.map");
    }

    /** Which configured backend is which of HAProxy's. */
    Path backendsMap() {
        return named("backends.map");
    }

    /** What HAProxy knew of its servers before a reload. */
    Path serverStates() {
        return directory.resolve("servers.state");
    }

    /** Whether it holds the virtual IPs, when it is one of a pair. */
    Path role() {
        return directory.resolve("role");
    }

    Path log() {
        return directory.resolve("haproxy.log");
    }

    Path masterSocket() {
        return sockets.resolve("master.sock");
    }

    Path statsSocket() {
        return sockets.resolve("stats.sock");
    }
}
