package io.kantoku.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run in the foreground.
 *
 * @param role what it is to Kantoku, unique among living children: {@code haproxy-0}
 * @param command program and arguments; never a secret
 * @param environment beside {@code PATH}, {@code HOME}, {@code LANG} and {@code TZ}, which are handed down; nothing else is
 * @param directory where it runs
 * @param log where its output is appended; a file, because a pipe would end with Kantoku
 * @param namespace the network namespace that it runs in; empty for the host's
 */
public record LaunchSpec(
        String role,
        List<String> command,
        Map<String, String> environment,
        Path directory,
        Path log,
        Optional<NetworkNamespace> namespace) {
    public LaunchSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("nothing to run for " + role);
        }
    }

    /** In the host's network with nothing in the environment. */
    public static LaunchSpec of(String role, List<String> command, Path directory, Path log) {
        return new LaunchSpec(role, command, Map.of(), directory, log, Optional.empty());
    }

    public LaunchSpec in(NetworkNamespace newNamespace) {
        return new LaunchSpec(role, command, environment, directory, log, Optional.of(newNamespace));
    }

    public LaunchSpec with(Map<String, String> newEnvironment) {
        return new LaunchSpec(role, command, newEnvironment, directory, log, namespace);
    }
}
