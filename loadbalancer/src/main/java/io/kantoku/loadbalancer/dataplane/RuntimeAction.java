package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a client wants to be done at run time beside a configuration that it writes without a reload: the header
 * {@code X-Runtime-Actions: SetServerWeight be s1 50;SetServerState be s2 maint} of the raw configuration (Data Plane API 2.2 and
 * later).
 *
 * @param template a command of HAProxy's runtime API; {@code S} stands for backend and server, {@code F} for a frontend, {@code V} for
 *     further words
 */
record RuntimeAction(String name, String template, List<String> words) {
    static final String HEADER = "X-Runtime-Actions";

    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("SetFrontendMaxConn", "set maxconn frontend F V"),
            Map.entry("SetServerAddr", "set server S addr V port V"),
            Map.entry("SetServerState", "set server S state V"),
            Map.entry("SetServerWeight", "set server S weight V"),
            Map.entry("SetServerHealth", "set server S health V"),
            Map.entry("SetServerCheckPort", "set server S check-port V"),
            Map.entry("SetServerAgentAddr", "set server S agent-addr V"),
            Map.entry("SetServerAgentSend", "set server S agent-send V"),
            Map.entry("EnableServer", "enable server S"),
            Map.entry("DisableServer", "disable server S"),
            Map.entry("EnableAgentCheck", "enable agent S"),
            Map.entry("DisableAgentCheck", "disable agent S"));

    RuntimeAction {
        words = List.copyOf(words);
    }

    /**
     * The actions of a header.
     *
     * @throws DataPlaneException BAD_REQUEST for one that is not known or has too few words
     */
    static List<RuntimeAction> all(String header) {
        List<RuntimeAction> actions = new ArrayList<>();
        for (String text : header.split(";", -1)) {
            List<String> words = Arrays.stream(text.strip().split("\\s+", -1))
                    .filter(word -> !word.isEmpty())
                    .toList();
            if (words.isEmpty()) {
                continue;
            }
            String template = COMMANDS.get(words.getFirst());
            if (template == null) {
                throw DataPlaneException.badRequest(
                        HEADER + ": \"" + words.getFirst() + "\" is not known; known are " + COMMANDS.keySet());
            }
            actions.add(new RuntimeAction(words.getFirst(), template, words.subList(1, words.size())).checked());
        }
        return actions;
    }

    private RuntimeAction checked() {
        long needed = Arrays.stream(template.split(" ", -1))
                .mapToLong(word -> word.equals("S") ? 2 : word.equals("V") || word.equals("F") ? 1 : 0)
                .sum();
        if (words.size() != needed) {
            throw DataPlaneException.badRequest(
                    HEADER + ": " + name + " takes " + needed + " words, " + words.size() + " are given");
        }
        words.forEach(word -> Names.check(HEADER, word.replace('/', '_')));
        return this;
    }

    /** @throws DataPlaneException BAD_REQUEST with what the engine says when it refuses */
    void carryOut(Realisation engine) {
        String command = command(engine.view());
        String said = engine.runtime(command).strip();
        boolean done = said.isEmpty() || name.equals("SetServerAddr");
        if (!done) {
            throw DataPlaneException.badRequest(HEADER + ": the engine refuses \"" + command + "\": " + said);
        }
    }

    private String command(EngineView view) {
        StringBuilder command = new StringBuilder();
        int next = 0;
        for (String word : template.split(" ", -1)) {
            command.append(command.isEmpty() ? "" : " ");
            switch (word) {
                case "S" -> {
                    command.append(view.engineName(words.get(next))).append('/').append(words.get(next + 1));
                    next += 2;
                }
                case "V", "F" -> command.append(words.get(next++));
                default -> command.append(word);
            }
        }
        return command.toString();
    }
}
