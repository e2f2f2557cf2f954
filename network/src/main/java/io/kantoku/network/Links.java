package io.kantoku.network;

import io.kantoku.lab.Commands;
import io.kantoku.lab.LabException;
import io.kantoku.lab.NetworkNamespace;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Changes of interfaces and routes, each a batch that {@code ip} carries out in a namespace. */
public final class Links {
    private Links() {}

    /** Carries lines out in a namespace, the first failure ends it. */
    public static void batch(Path namespace, String... lines) {
        Commands.check(List.of("nsenter", "--net=" + namespace, "ip", "-batch", "-"), String.join("\n", lines) + "\n");
    }

    /** Carries lines out, each whether the one before succeeded or not. */
    public static void attempt(Path namespace, String... lines) {
        StringBuilder script = new StringBuilder();
        for (String line : lines) {
            script.append("ip ").append(line).append(" 2>/dev/null || true\n");
        }
        Commands.check(List.of("nsenter", "--net=" + namespace, "sh", "-e"), script.toString());
    }

    /** Gives settings of {@code /proc/sys} a value in a namespace. */
    public static void settings(Path namespace, String... assignments) {
        StringBuilder script = new StringBuilder();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            script.append("echo ")
                    .append(assignment.substring(equals + 1))
                    .append(" >/proc/sys/")
                    .append(assignment, 0, equals)
                    .append("\n");
        }
        Commands.check(List.of("nsenter", "--net=" + namespace, "sh", "-e"), script.toString());
    }

    /** The names of the interfaces in a namespace; none when it does not exist. */
    public static Set<String> names(NetworkNamespace namespace) {
        if (!namespace.exists()) {
            return Set.of();
        }
        Commands.Outcome shown = Commands.run(List.of("ip", "-n", namespace.name(), "-o", "link", "show"));
        if (shown.code() != 0) {
            throw new LabException(
                    LabException.Code.COMMAND, "the links of " + namespace + " cannot be read: " + shown.output());
        }
        Set<String> names = new TreeSet<>();
        shown.output().lines().forEach(line -> {
            String name = line.split(": ", 3)[1];
            int at = name.indexOf('@');
            names.add(at < 0 ? name : name.substring(0, at));
        });
        return names;
    }

    /** Gives a text to the packet filter of a namespace, all or nothing. */
    public static void rules(Path namespace, String text) {
        Commands.check(List.of("nsenter", "--net=" + namespace, "nft", "-f", "-"), text);
    }
}
