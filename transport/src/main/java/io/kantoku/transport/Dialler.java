package io.kantoku.transport;

import io.kantoku.lab.NetworkStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** How a client reaches a server. */
public sealed interface Dialler {
    /** Over TCP, from a network stack: the host's, or a machine's network namespace. */
    record Tcp(NetworkStack stack) implements Dialler {}

    /** Over a Unix domain socket; host and port of the target only name it. */
    record UnixSocket(Path path) implements Dialler {
        /** The kernel's limit ({@code sun_path}), less the terminating zero. */
        private static final int LONGEST = 107;

        public UnixSocket {
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
                throw new IllegalArgumentException("a Unix socket's path has at most " + LONGEST
                        + " bytes; shorten the state directory's: " + path);
            }
        }
    }

    /** Over TCP from the host's own network. */
    static Dialler host() {
        return new Tcp(NetworkStack.host());
    }
}
