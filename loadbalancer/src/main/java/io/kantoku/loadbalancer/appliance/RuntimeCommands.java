package io.kantoku.loadbalancer.appliance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Runs commands of HAProxy's runtime API, many to a line.
 *
 * @param line sends a line and returns what was printed
 */
record RuntimeCommands(UnaryOperator<String> line) {
    private static final int LONGEST_LINE = 8_000;
    private static final List<String> GOOD = List.of(
            "New server registered.", "Server deleted.", "IP changed from", "port changed from", "no need to change");

    /** A command that HAProxy refuses. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** @throws Refused with HAProxy's own words; some of the commands may have been carried out */
    void run(List<String> commands) {
        List<String> batch = new ArrayList<>();
        int length = 0;
        for (String command : commands) {
            if (length + command.length() > LONGEST_LINE) {
                send(batch);
                batch.clear();
                length = 0;
            }
            batch.add(command);
            length += command.length() + 1;
        }
        send(batch);
    }

    private void send(List<String> batch) {
        if (batch.isEmpty()) {
            return;
        }
        for (String said : line.apply(String.join(";", batch)).lines().toList()) {
            if (!said.isBlank() && GOOD.stream().noneMatch(said::startsWith)) {
                throw new Refused("HAProxy refuses a command: " + said.strip());
            }
        }
    }

    /** Lets a server go; false when it still has connections, or is needed. */
    boolean delete(RuntimePlan.Leaving server) {
        String name = server.backend() + "/" + server.server();
        String said = line.apply("set server " + name + " state maint;del server " + name);
        return said.contains("Server deleted.") || said.contains("No such server");
    }
}
