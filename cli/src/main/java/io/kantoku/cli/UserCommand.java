package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kantoku user}: the local users of vCenter. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Local users of vCenter (domain vsphere.local).",
        subcommands = {UserCommand.Create.class, UserCommand.Ls.class})
final class UserCommand implements Runnable {
    private static final String BASE = "/api/kantoku/users";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: create or ls");
    }

    /** Makes a user. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a user. Without --password-file a password is made and printed once.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Parameters(paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "A file whose first line is the password.")
        private @Nullable Path passwordFile;

        @Option(
                names = "--group",
                paramLabel = "NAME",
                description = "A group of the user's, for example Administrators.")
        private List<String> groups = List.of();

        @Override
        public Integer call() throws IOException {
            String password = passwordFile == null ? random() : firstLine(passwordFile);
            ObjectNode body = Json.object().put("name", name).put("password", password);
            var array = body.putArray("groups");
            groups.forEach(array::add);
            try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
                vcenter.post(BASE, body);
            }
            Console.standard()
                    .result("User " + name + "@vsphere.local was made."
                            + (passwordFile == null ? " Password (shown once): " + password : ""));
            return 0;
        }

        private static String firstLine(Path file) throws IOException {
            if (!Files.isReadable(file)) {
                throw CliException.failed("cannot read " + file);
            }
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .orElseThrow(() -> CliException.failed(file + " is empty; its first line must be the password"));
        }

        private static String random() {
            byte[] bytes = new byte[9];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** Lists users. */
    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists users.")
    static final class Ls implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Override
        public Integer call() {
            try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
                for (JsonNode user : vcenter.get(BASE)) {
                    Console.standard()
                            .result(user.path("name").asText() + "@"
                                    + user.path("domain").asText() + "\t" + user.path("groups"));
                }
            }
            return 0;
        }
    }
}
