package io.kantoku.cli;

import io.kantoku.cli.bench.BenchCommand;
import io.kantoku.cli.verify.VerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code kantoku}. */
@Command(
        name = "kantoku",
        mixinStandardHelpOptions = true,
        versionProvider = KantokuVersion.class,
        description = "A Kubernetes Supervisor for virtualization clusters, with a distributed switch and HAProxy.",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            EnableCommand.class,
            DisableCommand.class,
            NamespaceCommand.class,
            UserCommand.class,
            VmCommand.class,
            ImageCommand.class,
            ExplainCommand.class,
            VerifyCommand.class,
            BenchCommand.class,
            EnvtestCommand.class,
            TrainCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Handled by the launcher: ./kantoku test  runs every test of the source tree.",
            "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 no running instance."
        })
public final class Kantoku implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs a command; errors are printed as one readable line. */
    static int execute(String... args) {
        LogFile.none(); // a server sends its log to a file; everything else only talks to one
        CommandLine line = new CommandLine(new Kantoku());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((exception, commandLine, _) -> {
            commandLine
                    .getErr()
                    .println(commandLine.getColorScheme().errorText("kantoku: " + Errors.readable(exception)));
            Errors.log(exception);
            return Errors.exitCode(exception).code();
        });
        return line.execute(args);
    }
}
