package io.kantoku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do on this machine. */
final class Privileges {
    private static final int HTTPS = 443;
    private static final int UNPRIVILEGED_HTTPS = 10443;

    private Privileges() {}

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The port of a Supervisor's front: 443 where this process can bind it. */
    static int frontPort() {
        return root() || firstUnprivilegedPort() <= HTTPS ? HTTPS : UNPRIVILEGED_HTTPS;
    }

    private static int firstUnprivilegedPort() {
        // Reading such a file in more than one go loses its end, which Files.readString would do.
        try (BufferedReader reader =
                Files.newBufferedReader(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start"))) {
            return Integer.parseInt(String.valueOf(reader.readLine()).strip());
        } catch (IOException | NumberFormatException e) {
            return 1024;
        }
    }
}
