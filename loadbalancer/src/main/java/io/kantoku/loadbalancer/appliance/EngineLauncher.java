package io.kantoku.loadbalancer.appliance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts HAProxy so that it outlives this process, and finds it again afterwards. */
interface EngineLauncher {
    /** The process that was launched before, if it is still there. */
    Optional<EngineProcess> find() throws IOException;

    /** Starts a process whose output is appended to a log. */
    EngineProcess launch(List<String> command, Path log) throws IOException;
}
