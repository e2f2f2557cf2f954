package io.kantoku.loadbalancer.appliance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code nft} in a machine's network, which takes one batch of orders after the other: it answers in a fraction of a
 * millisecond, while the start of a process takes tens of them on a machine that is busy. It ends with this process, whose pipe it reads.
 *
 * <p>{@code nft} says nothing of orders that it has carried out. So each batch is followed by a question about a table that does not
 * exist; the complaint about that is the end of the answer. Not thread-safe.
 */
final class FilterShell implements AutoCloseable {
    /** Larger batches are rare, and better given to a process of their own. */
    static final int LONGEST_BATCH = 16 << 10;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final List<String> command;
    private @Nullable Running running;
    private long count;

    private record Running(Process process, Writer orders, BufferedReader answers) {}

    /** @param command which starts {@code nft} with its orders from its input; it is started when it is needed first */
    FilterShell(List<String> command) {
        this.command = List.copyOf(command);
    }

    /**
     * Carries out all lines of orders as one, or none of them.
     *
     * @throws IOException with what {@code nft} complains of; the next call begins with another {@code nft}
     */
    void run(String orders) throws IOException {
        Running shell = running == null ? start() : running;
        running = shell;
        Thread watchdog = Thread.ofVirtual().start(() -> endLater(shell.process()));
        try {
            String end = "list table ip kantoku-end-" + ++count;
            shell.orders().write(orders.strip().replace("\n", "; ") + "\n" + end + "\n");
            shell.orders().flush();
            List<String> answer = new ArrayList<>();
            for (String line = line(shell); !line.equals(end); line = line(shell)) {
                answer.add(line);
            }
            line(shell); // that marks the name of the table
            if (answer.size() > 1) { // one is the complaint about the table
                throw new IOException("nft refuses \"" + orders.strip() + "\": " + answer.getFirst());
            }
        } catch (IOException e) {
            close();
            throw e;
        } finally {
            watchdog.interrupt();
        }
    }

    private Running start() throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new Running(
                process,
                process.outputWriter(StandardCharsets.UTF_8),
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    private static String line(Running shell) throws IOException {
        String line = shell.answers().readLine();
        if (line == null) {
            throw new IOException("nft has ended");
        }
        return line;
    }

    private static void endLater(Process process) {
        try {
            Thread.sleep(LONGEST_WAIT);
            process.destroyForcibly();
        } catch (InterruptedException e) {
            // it has answered
        }
    }

    /** Ends it; another is started if there are further orders. */
    @Override
    public void close() {
        Running shell = running;
        running = null;
        if (shell != null) {
            shell.process().destroy();
        }
    }
}
