package io.kantoku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that gives a password, which never stands in a command line. Without it one is made. */
final class PasswordOption {
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the password (default: one is made, and printed once).")
    private @Nullable Path file;

    /**
     * A password.
     *
     * @param shown what a command says of it; empty for one that was given
     */
    record Password(String text, String shown) {}

    Password read() throws IOException {
        Path given = file;
        if (given == null) {
            byte[] bytes = new byte[9];
            new SecureRandom().nextBytes(bytes);
            String made = HexFormat.of().formatHex(bytes);
            return new Password(made, " Password (shown once): " + made);
        }
        if (!Files.isReadable(given)) {
            throw CliException.failed("cannot read " + given);
        }
        return new Password(
                Files.readAllLines(given).stream()
                        .findFirst()
                        .orElseThrow(
                                () -> CliException.failed(given + " is empty; its first line must be the password")),
                "");
    }
}
