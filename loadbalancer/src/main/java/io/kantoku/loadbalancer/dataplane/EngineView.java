package io.kantoku.loadbalancer.dataplane;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the engine calls what is configured.
 *
 * @param engineNames the engine's backend by the configured one's name, where the two differ
 * @param configuredNames the reverse
 * @param hidden tells what only the engine has: its own listener and what it has in reserve, by prefix of the name
 * @param hiddenFiles maps that only the engine has
 * @param frontends the backends of frontends that the engine has no frontend for
 */
public record EngineView(
        Map<String, String> engineNames,
        Map<String, String> configuredNames,
        String hidden,
        Set<String> hiddenFiles,
        Map<String, List<String>> frontends) {
    /** An engine that has everything under its configured name. */
    public static final EngineView PLAIN = new EngineView(Map.of(), Map.of(), "\n", Set.of(), Map.of());

    String engineName(String backend) {
        return engineNames.getOrDefault(backend, backend);
    }
}
