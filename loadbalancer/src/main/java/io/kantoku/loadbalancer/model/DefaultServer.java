package io.kantoku.loadbalancer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of all servers of a backend that the server itself does not make. Times are milliseconds. */
public record DefaultServer(
        @Nullable Integer inter,
        @Nullable Integer fastinter,
        @Nullable Integer downinter,
        @Nullable Integer fall,
        @Nullable Integer rise,
        @Nullable Integer port,
        @Nullable Integer slowstart) {
    static @Nullable DefaultServer read(Section s) {
        Words words = s.rest("default-server");
        if (words == null) {
            return null;
        }
        return new DefaultServer(
                Parameters.millis(words, "inter"),
                Parameters.millis(words, "fastinter"),
                Parameters.millis(words, "downinter"),
                Parameters.integer(words, "fall"),
                Parameters.integer(words, "rise"),
                Parameters.integer(words, "port"),
                Parameters.millis(words, "slowstart"));
    }

    static Section write(Section s, @Nullable DefaultServer server) {
        if (server == null ? s.rest("default-server") == null : server.equals(read(s))) {
            return s;
        }
        List<Words> line = server == null ? List.of() : List.of(server.words());
        return s.replaceAll(old -> old.startsWith("default-server"), line);
    }

    private Words words() {
        return new Parameters("default-server")
                .add("inter", inter)
                .add("fastinter", fastinter)
                .add("downinter", downinter)
                .add("fall", fall)
                .add("rise", rise)
                .add("port", port)
                .add("slowstart", slowstart)
                .words();
    }
}
