package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.Sha512Crypt;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** The configuration as it is when an appliance starts: its file's, or that of a new appliance. */
final class ConfigurationFile {
    private static final String USERLIST = "controller";

    private ConfigurationFile() {}

    /** Reads the file, or makes it; afterwards it holds the given user with the given password and no other user's. */
    static HaproxyConfig open(ApplianceFiles files, String user, String password, RandomGenerator random)
            throws IOException {
        Path file = files.configuration();
        boolean there = Files.exists(file);
        HaproxyConfig config = HaproxyConfig.parse(there ? Files.readString(file) : initial(files));
        Section users = config.section("userlist", USERLIST).orElseGet(() -> Section.create("userlist", USERLIST));
        String hash = hash(users, user);
        if (!hash.isEmpty() && Sha512Crypt.verify(password, hash)) {
            return config;
        }
        Words line = Words.of("user", user, "password", Sha512Crypt.hash(password, random));
        HaproxyConfig changed = config.with(users.replaceAll(old -> old.startsWith("user"), List.of(line)))
                .withVersion(there ? config.version() + 1 : 1);
        DurableFile.write(file, changed.print());
        return changed;
    }

    private static String hash(Section users, String user) {
        List<Words> lines = users.lines("user", user);
        return lines.isEmpty() ? "" : lines.getFirst().after("password");
    }

    /**
     * The vSphere appliance's configuration, but that streams live for an hour without traffic where it cuts them after five
     * minutes: it must, for each of its reloads leaves a worker behind while a stream lives.
     */
    private static String initial(ApplianceFiles files) throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        String dropPrivileges = root ? "  uid 65534\n  gid 65534\n" : "";
        return """
                # _version=1
                global
                  log stdout format raw local0 info
                  stats socket %s mode 600 level admin expose-fd listeners
                  stats timeout 30s
                  mworker-max-reloads 100
                %s
                defaults
                  mode tcp
                  log global
                  option tcplog
                  option dontlognull
                  option tcp-smart-accept
                  timeout check 5s
                  timeout connect 9s
                  timeout client 10s
                  timeout client-fin 10s
                  timeout queue 5m
                  timeout server 10s
                  timeout tunnel 1h
                """.formatted(Words.quote(files.statsSocket().toString()), dropPrivileges);
    }
}
