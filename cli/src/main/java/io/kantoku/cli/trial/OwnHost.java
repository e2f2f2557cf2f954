package io.kantoku.cli.trial;

import io.kantoku.cli.CliException;
import io.kantoku.lab.Commands;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.ProcessId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace that stands for the host in trials of the lab: it has no way out, so that nothing of a trial reaches, or
 * changes, this machine's own network.
 *
 * <p>The command runs a second time, inside; this process only waits for it and removes the namespace.
 */
public final class OwnHost {
    private static final String VARIABLE = "KANTOKU_TRIAL_HOST";
    private static final String PREFIX = "kthost-";

    private OwnHost() {}

    /** Whether this process is in such a namespace already. */
    public static boolean isHere() {
        return System.getenv(VARIABLE) != null;
    }

    /** The namespace that stands for the host of this process. */
    public static NetworkNamespace here() {
        return new NetworkNamespace(Optional.ofNullable(System.getenv(VARIABLE)).orElseThrow());
    }

    /**
     * Runs a command of {@code kantoku} in a namespace of its own.
     *
     * @return its exit code; when this thread is interrupted or this process is being ended, the command is ended first
     * @throws CliException when this user may not make one
     */
    public static int run(List<String> arguments) throws IOException, InterruptedException {
        return run(arguments, ProcessBuilder.Redirect.INHERIT);
    }

    /** The same with everything that the command prints sent elsewhere. */
    public static int run(List<String> arguments, ProcessBuilder.Redirect output)
            throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw CliException.failed("the runtime 'lab' makes network namespaces and containers and needs root");
        }
        removeLeftovers();
        NetworkNamespace host =
                new NetworkNamespace(PREFIX + ProcessHandle.current().pid());
        Commands.script("ip netns add " + host.name() + "\nip -n " + host.name() + " link set lo up\n");
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + host.path()));
        command.addAll(OwnProgram.server());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(output);
        builder.environment().put(VARIABLE, host.name());
        Process inside;
        try {
            inside = builder.start();
        } catch (IOException e) {
            remove(host);
            throw e;
        }
        Thread onExit = Thread.ofPlatform().name("end-own-host").unstarted(() -> end(inside, host));
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            return inside.waitFor();
        } finally {
            end(inside, host);
            forget(onExit);
        }
    }

    /** Asks what still runs to take down what it made, as somebody's Ctrl-C does, and removes the namespace. */
    private static synchronized void end(Process inside, NetworkNamespace host) {
        inside.destroy();
        inside.onExit().join();
        if (host.exists()) {
            remove(host);
        }
    }

    private static void remove(NetworkNamespace host) {
        Commands.script("ip netns del " + host.name() + "\n");
    }

    private static void forget(Thread onExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // the process is being ended: the hook found that everything was done
        }
    }

    /** What processes that were killed could not remove. */
    private static void removeLeftovers() {
        Trial.removeAbandoned();
        for (String line : Commands.run(List.of("ip", "netns", "list")).output().split("\n", -1)) {
            String name = line.split(" ", -1)[0];
            if (name.startsWith(PREFIX) && isOver(name.substring(PREFIX.length()))) {
                remove(new NetworkNamespace(name));
            }
        }
    }

    /** Also when its parent has not been told yet. */
    static boolean isOver(String pid) {
        return pid.chars().allMatch(Character::isDigit)
                && !pid.isEmpty()
                && ProcessId.of(Long.parseLong(pid)).isEmpty();
    }
}
