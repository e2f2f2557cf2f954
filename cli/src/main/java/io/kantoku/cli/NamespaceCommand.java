package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.ApiPaths;
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
        subcommands = {
            NamespaceCommand.Create.class,
            NamespaceCommand.Ls.class,
            NamespaceCommand.Show.class,
            NamespaceCommand.Update.class,
            NamespaceCommand.Grant.class,
            NamespaceCommand.Revoke.class,
            NamespaceCommand.Delete.class
        })
final class NamespaceCommand implements Runnable {
    private static final String BASE = "/api/vcenter/namespaces/instances";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name a command: create, ls, show, update, grant, revoke or delete");
    }

    private static String access(String namespace, SubjectsOption.Subject subject) {
        return path(namespace) + "/access/" + ApiPaths.escape(subject.domain()) + "/" + ApiPaths.escape(subject.name())
                + "?type=" + subject.type();
    }

    private static String path(String namespace) {
        return BASE + "/" + ApiPaths.escape(namespace);
    }

    /** Makes a namespace. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a namespace and gives rights in it.")
    static final class Create extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "A DNS label.")
        private String name = "";

        @Mixin
        private SubjectsOption subjects = new SubjectsOption();

        @Mixin
        private RoleOption role = new RoleOption();

        @Mixin
        private StoragePoliciesOption policies = new StoragePoliciesOption();

        @Option(names = "--description", paramLabel = "TEXT", defaultValue = "", description = "For people.")
        private String description = "";

        @Option(
                names = "--network",
                paramLabel = "NAME",
                description = "The workload network (default: the primary one).")
        private @Nullable String network;

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.post(BASE, body(vcenter));
            console.result("Namespace " + name + " was made.");
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
            for (SubjectsOption.Subject subject : subjects.subjects()) {
                access.addObject()
                        .put("subject_type", subject.type())
                        .put("subject", subject.name())
                        .put("domain", subject.domain())
                        .put("role", role.name());
            }
            json.set("storage_specs", policies.specs(vcenter));
            if (network != null) {
                json.putArray("networks").add(network);
            }
            return json;
        }
    }

    /** Lists namespaces. */
    @Command(name = "ls", aliases = "list", mixinStandardHelpOptions = true, description = "Lists namespaces.")
    static final class Ls extends VcenterCommand {
        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            output.list(
                    console,
                    vcenter.get(BASE),
                    OutputOption.Column.of("NAME", "namespace"),
                    OutputOption.Column.of("STATUS", "config_status"),
                    OutputOption.Column.of("DESCRIPTION", "description"));
            return 0;
        }
    }

    /** Shows a namespace. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints what vCenter's API says of a namespace, as JSON.")
    static final class Show extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Override
        int talk(VcenterClient vcenter, Console console) {
            console.result(vcenter.get(path(name)).toPrettyString());
            return 0;
        }
    }

    /** Changes a namespace. */
    @Command(
            name = "update",
            mixinStandardHelpOptions = true,
            description = "Changes what is given, and leaves the rest.")
    static final class Update extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
        private @Nullable String description;

        @Mixin
        private StoragePoliciesOption policies = new StoragePoliciesOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            ObjectNode body = Json.object();
            if (description != null) {
                body.put("description", description);
            }
            if (policies.given()) {
                body.set("storage_specs", policies.specs(vcenter));
            }
            if (body.isEmpty()) {
                throw new CliException(
                        CliException.ExitCode.USAGE, "nothing to change: give --description or --storage-policy");
            }
            vcenter.patch(path(name), body);
            console.result("Namespace " + name + " was changed.");
            return 0;
        }
    }

    /** Gives rights. */
    @Command(
            name = "grant",
            mixinStandardHelpOptions = true,
            description = "Gives users and groups a role in a namespace, or another one than they have.")
    static final class Grant extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Mixin
        private SubjectsOption subjects = new SubjectsOption();

        @Mixin
        private RoleOption role = new RoleOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            JsonNode present = vcenter.get(path(name)).path("access_list");
            ObjectNode body = Json.object().put("role", role.name());
            for (SubjectsOption.Subject subject : subjects.required()) {
                if (subject.in(present)) {
                    vcenter.put(access(name, subject), body);
                } else {
                    vcenter.post(access(name, subject), body);
                }
                console.result(subject + " has the role " + role.name() + " in namespace " + name + ".");
            }
            return 0;
        }
    }

    /** Takes rights away. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Takes users' and groups' access to a namespace away.")
    static final class Revoke extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Mixin
        private SubjectsOption subjects = new SubjectsOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            for (SubjectsOption.Subject subject : subjects.required()) {
                vcenter.delete(access(name, subject));
                console.result(subject + " has no access to namespace " + name + ".");
            }
            return 0;
        }
    }

    /** Removes a namespace. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Removes a namespace with everything in it, guest clusters included.")
    static final class Delete extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name = "";

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.delete(path(name));
            console.result("Namespace " + name + " is being removed.");
            return 0;
        }
    }
}
