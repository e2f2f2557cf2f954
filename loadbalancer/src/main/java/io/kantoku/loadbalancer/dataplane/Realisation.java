package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.HaproxyConfig;

/**
 * How an engine is made to serve a configuration. The API decides what is configured; this decides how it takes effect, by
 * reload or at run time.
 */
public interface Realisation {
    /**
     * Refuses a configuration that could not be served, before anything is written.
     *
     * @param current what is configured now, all of which was checked before
     * @throws io.kantoku.loadbalancer.model.DataPlaneException BAD_REQUEST with the engine's own message and line
     */
    void check(HaproxyConfig current, HaproxyConfig candidate);

    /** Makes the running engine serve the candidate without a reload; false when that takes a reload, and nothing was done. */
    boolean applyAtRuntime(HaproxyConfig current, HaproxyConfig candidate);

    /**
     * Makes the engine serve the configuration by a reload, and returns when it does.
     *
     * @throws io.kantoku.loadbalancer.model.DataPlaneException RELOAD_FAILED; what was served before is still served
     */
    void reload(HaproxyConfig config);

    /** One line to the engine's runtime API and its answer. */
    String runtime(String command);

    /** How the engine calls what is configured; commands and answers of the runtime API have its names. */
    default EngineView view() {
        return EngineView.PLAIN;
    }

    /** Whether the engine runs. */
    boolean running();
}
