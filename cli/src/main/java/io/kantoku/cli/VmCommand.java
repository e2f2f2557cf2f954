package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kantoku vm}: the machines of the inventory. */
@Command(
        name = "vm",
        mixinStandardHelpOptions = true,
        description = "Virtual machines of the inventory.",
        subcommands = {VmCommand.Ls.class, VmCommand.Start.class, VmCommand.Stop.class, VmCommand.ConsoleLog.class})
final class VmCommand implements Runnable {
    private static final String BASE = "/api/vcenter/vm";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: ls, start, stop or console");
    }

    /** The id of the only machine of that name. */
    private static String id(VcenterClient vcenter, String name) {
        for (JsonNode vm : vcenter.get(BASE)) {
            if (vm.path("name").asText().equals(name) || vm.path("vm").asText().equals(name)) {
                return vm.path("vm").asText();
            }
        }
        throw CliException.failed("there is no virtual machine named '" + name + "'; see: kantoku vm ls");
    }

    /** Lists machines. */
    @Command(name = "ls", aliases = "list", mixinStandardHelpOptions = true, description = "Lists machines.")
    static final class Ls extends VcenterCommand {
        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        int talk(VcenterClient vcenter, Console console) {
            output.list(
                    console,
                    vcenter.get(BASE),
                    OutputOption.Column.of("VM", "vm"),
                    OutputOption.Column.of("POWER", "power_state"),
                    OutputOption.Column.of("NAME", "name"));
            return 0;
        }
    }

    /** What a machine said while it booted and since. */
    @Command(name = "console", mixinStandardHelpOptions = true, description = "Prints a machine's console log.")
    static final class ConsoleLog extends VcenterCommand {
        private static final long PAUSE_MILLIS = 500;

        @Parameters(paramLabel = "NAME", description = "The machine's name or id.")
        private String name = "";

        @Option(
                names = {"-f", "--follow"},
                description = "Go on until interrupted.")
        private boolean follow;

        @Override
        int talk(VcenterClient vcenter, Console console) throws InterruptedException {
            String path = "/api/kantoku/vms/" + id(vcenter, name) + "/console?after=";
            long next = 0;
            while (true) {
                JsonNode log = vcenter.get(path + next);
                for (JsonNode line : log.path("lines")) {
                    console.result(line.path("time").asText() + "  "
                            + line.path("text").asText());
                    next = line.path("number").asLong();
                }
                if (!follow) {
                    return 0;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Switches a machine on. */
    @Command(name = "start", mixinStandardHelpOptions = true, description = "Switches a machine on.")
    static final class Start extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The machine's name or id.")
        private String name = "";

        @Override
        int talk(VcenterClient vcenter, Console console) {
            vcenter.post(BASE + "/" + id(vcenter, name) + "/power?action=start", null);
            return 0;
        }
    }

    /** Switches a machine off. */
    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Switches a machine off.")
    static final class Stop extends VcenterCommand {
        @Parameters(paramLabel = "NAME", description = "The machine's name or id.")
        private String name = "";

        @Option(names = "--hard", description = "At once, as when the power goes.")
        private boolean hard;

        @Override
        int talk(VcenterClient vcenter, Console console) {
            String path = BASE + "/" + id(vcenter, name);
            vcenter.post(hard ? path + "/power?action=stop" : path + "/guest/power?action=shutdown", null);
            return 0;
        }
    }
}
