package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kantoku namespace}: vSphere Namespaces. */
@Command(
        name = "namespace",
        aliases = "ns",
        mixinStandardHelpOptions = true,
        description = "vSphere Namespaces of the Supervisor.",
        subcommands = {NamespaceCommand.Create.class, NamespaceCommand.Ls.class, NamespaceCommand.Delete.class})
final class NamespaceCommand implements Runnable {
    private static final String BASE = "/api/vcenter/namespaces/instances";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: create, ls or delete");
    }

    /** Makes a namespace. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a namespace and gives rights in it.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Parameters(paramLabel = "NAME", description = "A DNS label.")
        private String name = "";

        @Option(names = "--user", paramLabel = "NAME", description = "Who gets the role; can be given several times.")
        private List<String> users = List.of();

        @Option(names = "--group", paramLabel = "NAME", description = "Which group gets the role.")
        private List<String> groups = List.of();

        @Option(
                names = "--role",
                paramLabel = "edit|view",
                defaultValue = "edit",
                description = "The role (default: edit).")
        private String role = "edit";

        @Option(
                names = "--storage-policy",
                paramLabel = "NAME[=MiB]",
                description = "A storage policy that can be used, and how much of it.")
        private List<String> policies = List.of();

        @Option(names = "--description", paramLabel = "TEXT", defaultValue = "", description = "For people.")
        private String description = "";

        @Option(
                names = "--network",
                paramLabel = "NAME",
                description = "The workload network (default: the primary one).")
        private @Nullable String network;

        @Override
        public Integer call() {
            try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
                vcenter.post(BASE, body(vcenter));
            }
            Console.standard().result("Namespace " + name + " was made.");
            return 0;
        }

        private ObjectNode body(VcenterClient vcenter) {
            JsonNode clusters = vcenter.get("/api/vcenter/namespace-management/clusters");
            if (clusters.isEmpty()) {
                throw CliException.failed("Workload Management is not enabled; run: kantoku enable");
            }
            ObjectNode json = Json.object()
                    .put("namespace", name)
                    .put("cluster", clusters.path(0).path("cluster").asText())
                    .put("description", description);
            var access = json.putArray("access_list");
            users.forEach(user -> access(access.addObject(), "USER", user));
            groups.forEach(group -> access(access.addObject(), "GROUP", group));
            var storage = json.putArray("storage_specs");
            for (String policy : policies) {
                String[] parts = policy.split("=", 2);
                ObjectNode entry = storage.addObject().put("policy", policyId(vcenter, parts[0]));
                if (parts.length == 2) {
                    entry.put("limit", mebibytes(parts[1]));
                }
            }
            if (network != null) {
                json.putArray("networks").add(network);
            }
            return json;
        }

        private void access(ObjectNode entry, String type, String subject) {
            int at = subject.indexOf('@');
            entry.put("subject_type", type)
                    .put("subject", at < 0 ? subject : subject.substring(0, at))
                    .put("domain", at < 0 ? "vsphere.local" : subject.substring(at + 1))
                    .put("role", role.toUpperCase(Locale.ROOT));
        }

        private static String policyId(VcenterClient vcenter, String name) {
            StringBuilder known = new StringBuilder();
            for (JsonNode policy : vcenter.get("/api/vcenter/storage/policies")) {
                if (policy.path("name").asText().equals(name)) {
                    return policy.path("policy").asText();
                }
                known.append(known.isEmpty() ? "" : ", ")
                        .append(policy.path("name").asText());
            }
            throw CliException.failed("there is no storage policy named " + name + "; known: " + known);
        }

        private static long mebibytes(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new CliException(CliException.ExitCode.USAGE, "'" + text + "' is no number of MiB");
            }
        }
    }

    /** Lists namespaces. */
    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists namespaces.")
    static final class Ls implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Override
        public Integer call() {
            try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
                for (JsonNode namespace : vcenter.get(BASE)) {
                    Console.standard()
                            .result(namespace.path("namespace").asText() + "\t"
                                    + namespace.path("config_status").asText() + "\t"
                                    + namespace.path("description").asText());
                }
            }
            return 0;
        }
    }

    /** Removes a namespace. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Removes a namespace with everything in it, guest clusters included.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Override
        public Integer call() {
            try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
                vcenter.delete(BASE + "/" + name);
            }
            Console.standard().result("Namespace " + name + " is being removed.");
            return 0;
        }
    }
}
