package io.kantoku.cli.plugin;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * All that the plugin knows of the process that it runs in.
 *
 * @param variables the environment variables; the password may be among them, so they are not printed
 * @param home the user's home directory
 */
record PluginEnvironment(
        Map<String, String> variables,
        Path home,
        Terminal terminal,
        PrintStream out,
        PrintStream err,
        InstantSource clock) {
    PluginEnvironment {
        variables = Map.copyOf(variables);
    }

    /** That of this process. */
    static PluginEnvironment system() {
        String home = System.getenv("HOME"); // as kubectl; Java's own idea of it is the one in the password file
        return new PluginEnvironment(
                System.getenv(),
                Path.of(home == null || home.isEmpty() ? System.getProperty("user.home", "/") : home),
                new SystemTerminal(System.out),
                System.out,
                System.err,
                InstantSource.system());
    }

    /** An environment variable; one that is set to nothing counts as unset. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    @Override
    public String toString() {
        return "PluginEnvironment[" + home + "]";
    }
}
