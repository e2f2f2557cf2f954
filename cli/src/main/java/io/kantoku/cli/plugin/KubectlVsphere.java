package io.kantoku.cli.plugin;

import java.io.PrintWriter;
import java.time.ZoneId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The kubectl plugin {@code kubectl vsphere}. */
@Command(
        name = "kubectl vsphere",
        description = "Log in to Supervisors and Tanzu Kubernetes clusters with vSphere users.",
        sortOptions = false)
public final class KubectlVsphere {
    private static final int FAILURE = 1;

    @Mixin
    private final GlobalOptions options = new GlobalOptions();

    private KubectlVsphere() {}

    /** Runs a command of the plugin and exits with 0, or with 1 after one line that says why it failed. */
    public static void main(String[] arguments) {
        // Libraries log through SLF4J. The plugin has nothing for them to say, and looking for a back end takes time.
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(PluginEnvironment.system(), arguments));
    }

    static int run(PluginEnvironment environment, String... arguments) {
        LogLines log = new LogLines(
                environment.err(), environment.terminal().showsErrors(), environment.clock(), ZoneId.systemDefault());
        KubectlVsphere root = new KubectlVsphere();
        CommandLine plugin = new CommandLine(root)
                .addSubcommand(withHelp(new LoginCommand(environment, root.options, log)))
                .addSubcommand(withHelp(new LogoutCommand(environment)))
                .addSubcommand(withHelp(new VersionCommand(environment)))
                .addSubcommand(new HelpCommand())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(
                        environment.out(), true, environment.out().charset()))
                .setParameterExceptionHandler((failure, _) -> refuse(log, failure))
                .setExecutionExceptionHandler((failure, _, _) -> fail(log, failure));
        addHelp(plugin);
        if (arguments.length == 0) {
            plugin.usage(environment.out(), Ansi.OFF);
            return 0;
        }
        return plugin.execute(arguments);
    }

    private static CommandLine withHelp(Object command) {
        CommandLine line = new CommandLine(command);
        addHelp(line);
        return line;
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
    }

    private static int refuse(LogLines log, ParameterException failure) {
        log.fatal(failure.getMessage() + "; see "
                + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return FAILURE;
    }

    /** The end of the plugin's only loop: whatever went wrong, the user gets one line. */
    private static int fail(LogLines log, Exception failure) {
        log.fatal(
                switch (failure) {
                    case PluginException expected -> String.valueOf(expected.getMessage());
                    default -> "internal error: " + failure;
                });
        return FAILURE;
    }
}
