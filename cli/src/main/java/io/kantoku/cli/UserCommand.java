package io.kantoku.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.ApiPaths;
import java.io.IOException;
import java.util.List;
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
        subcommands = {
            UserCommand.Create.class,
            UserCommand.Ls.class,
            UserCommand.Groups.class,
            UserCommand.SetPassword.class,
            UserCommand.Unlock.class,
            UserCommand.Delete.class
        })
final class UserCommand implements Runnable {
    private static final String BASE = "/api/kantoku/users";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name a command: create, ls, groups, password, unlock or delete");
    }

    private static String path(String user) {
        return BASE + "/" + ApiPaths.escape(user);
    }

    private static ObjectNode withGroups(ObjectNode body, List<String> groups) {
        var array = body.putArray("groups");
        groups.forEach(array::add);
        return body;
    }

    /** Makes a user. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a user. Without --password-file a password is made and printed once.")
    static final class Create extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Mixin
        private PasswordOption password = new PasswordOption();

        @Option(
                names = "--group",
                paramLabel = "NAME",
                description = "A group of the user's, for example Administrators.")
        private List<String> groups = List.of();

        @Override
        int talk(VcenterClient vcenter, Console console) throws IOException {
            PasswordOption.Password chosen = password.read();
            vcenter.post(BASE, withGroups(Json.object().put("name", name).put("password", chosen.text()), groups));
            console.result("User " + name + "@vsphere.local was made." + chosen.shown());
            return 0;
        }
    }

    /** Lists users. */
    @Command(name = "ls", aliases = "list", mixinStandardHelpOptions = true, description = "Lists users.")
    static final class Ls extends VcenterCommand {
        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            output.list(
                    console,
                    vcenter.get(BASE),
                    OutputOption.Column.of("NAME", "name"),
                    OutputOption.Column.of("DOMAIN", "domain"),
                    OutputOption.Column.list("GROUPS", "groups"),
                    OutputOption.Column.of("LOCKED", "locked"));
            return 0;
        }
    }

    /** Says in which groups a user is. */
    @Command(
            name = "groups",
            mixinStandardHelpOptions = true,
            description = "Puts a user into these groups and no others. Sessions of the user end.")
    static final class Groups extends VcenterCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Parameters(index = "1..*", paramLabel = "GROUP", description = "For example Administrators.")
        private List<String> groups = List.of();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.patch(path(name), withGroups(Json.object(), groups));
            console.result("User " + name + "@vsphere.local is in "
                    + (groups.isEmpty() ? "no group." : String.join(", ", groups) + "."));
            return 0;
        }
    }

    /** Gives a user a new password. */
    @Command(
            name = "password",
            mixinStandardHelpOptions = true,
            description = "Gives a user a new password. Sessions of the user end.")
    static final class SetPassword extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Mixin
        private PasswordOption password = new PasswordOption();

        @Override
        int talk(VcenterClient vcenter, Console console) throws IOException {
            PasswordOption.Password chosen = password.read();
            vcenter.put(path(name) + "/password", Json.object().put("new", chosen.text()));
            console.result("User " + name + "@vsphere.local has a new password." + chosen.shown());
            return 0;
        }
    }

    /** Ends a lock-out. */
    @Command(
            name = "unlock",
            mixinStandardHelpOptions = true,
            description = "Lets a user in again who was locked out after failed logins.")
    static final class Unlock extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.post(path(name) + "?action=unlock", null);
            return 0;
        }
    }

    /** Removes a user. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Removes a user. Sessions of the user end.")
    static final class Delete extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "Without the domain.")
        private String name = "";

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.delete(path(name));
            console.result("User " + name + "@vsphere.local was removed.");
            return 0;
        }
    }
}
