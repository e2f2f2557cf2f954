package io.kantoku.supervisor.login;

import java.io.IOException;
import java.util.Optional;

/** The kubectl plugin as a zip archive. */
public interface PluginDownload {
    /** The archive for a system such as {@code linux-amd64}; empty when there is none for it. */
    Optional<byte[]> archive(String system) throws IOException;
}
