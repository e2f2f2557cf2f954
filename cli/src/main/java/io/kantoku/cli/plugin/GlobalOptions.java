package io.kantoku.cli.plugin;

import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The flags that all commands of the plugin have, before or after the command's name. */
final class GlobalOptions {
    @Option(
            scope = ScopeType.INHERIT,
            names = "--request-timeout",
            paramLabel = "DURATION",
            defaultValue = "",
            description =
                    "How long one request may take: seconds, or a duration such as 30s or 2m; 0 is no limit (default 30s).")
    private String requestTimeout = "";

    @Option(
            scope = ScopeType.INHERIT,
            names = {"-v", "--verbose"},
            paramLabel = "LEVEL",
            defaultValue = "0",
            description = "From 1 on, requests are printed to standard error.")
    private int verbose;

    Duration requestTimeout() {
        return RequestTimeout.parse(requestTimeout);
    }

    boolean verbose() {
        return verbose > 0;
    }
}
