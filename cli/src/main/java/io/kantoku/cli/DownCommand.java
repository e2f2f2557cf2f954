package io.kantoku.cli;

import io.kantoku.cli.instance.AotTraining;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.FileTrees;
import io.kantoku.lab.InstanceLock;
import io.kantoku.lab.LabException;
import io.kantoku.lab.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kantoku down}: ends an instance and removes everything that it made. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description =
                "Ends the instance with everything that it made, and removes its state directory. Works from the ledger, so"
                        + " also after the server was killed.")
final class DownCommand implements Callable<Integer> {
    private static final Duration SERVER_LIMIT = Duration.ofSeconds(30);
    private static final Duration CHILD_LIMIT = Duration.ofSeconds(5);

    @Mixin
    private StateOption state = new StateOption();

    @Option(names = "--keep-state", description = "Only stop: a later up brings everything back.")
    private boolean keepState;

    @Option(
            names = "--leave-machines",
            description = "With --vcenter: forget the machines in vCenter. They stay there, with their tag.")
    private boolean leaveMachines;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StateDirectory directory = state.directory();
        Console console = Console.standard();
        if (!Files.isDirectory(directory.path())) {
            console.result("Nothing to do: there is no " + directory.path() + ".");
            return 0;
        }
        if (directory.readOptions().isEmpty() && !Files.exists(directory.ledger())) {
            throw CliException.failed(
                    directory.path() + " is not a state directory of Kantoku: it has no instance.json");
        }
        refuseMachinesInVcenter(directory);
        endServer(directory, console);
        try (InstanceLock _ = InstanceLock.acquire(directory.path())) {
            clean(directory.ledger(), console);
            clean(new StateDirectory(AotTraining.stateDirectory(directory)).ledger(), console);
            if (!keepState) {
                FileTrees.remove(directory.path());
                console.result("Removed " + directory.path() + ".");
            }
        }
        return 0;
    }

    /** What is in a vCenter of somebody else's can only be removed by the server, and not without being asked to. */
    private void refuseMachinesInVcenter(StateDirectory directory) throws IOException {
        boolean onVcenter =
                directory.readOptions().flatMap(InstanceOptions::vcenter).isPresent();
        if (onVcenter && !keepState && !leaveMachines && directory.hasMachines()) {
            throw CliException.failed("the instance has machines in vCenter. Disable Workload Management first, which"
                    + " removes them; or stop with --keep-state, or forget them with --leave-machines");
        }
    }

    /** Ends the server by the pid that holds the directory's lock. */
    private static void endServer(StateDirectory directory, Console console) throws InterruptedException {
        try {
            InstanceLock.acquire(directory.path()).close();
            return; // nobody has it
        } catch (LabException e) {
            if (e.code() != LabException.Code.ALREADY_RUNNING) {
                throw e;
            }
        }
        Optional<ProcessHandle> server = InstanceLock.holder(directory.path()).flatMap(ProcessHandle::of);
        if (server.isEmpty()) {
            throw CliException.failed(
                    "the state directory is locked by a process that cannot be found: " + directory.path());
        }
        console.note("Ending the server (process " + server.get().pid() + ")");
        server.get().destroy();
        try {
            server.get().onExit().get(SERVER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            console.note("It did not end within " + SERVER_LIMIT.toSeconds() + " s and is killed");
            server.get().destroyForcibly();
            awaitKilled(server.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitKilled(ProcessHandle server) throws InterruptedException {
        try {
            server.onExit().get(SERVER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw CliException.failed("the server (process " + server.pid() + ") does not end");
        }
    }

    private static void clean(Path file, Console console) {
        if (!Files.exists(file)) {
            return;
        }
        try (Ledger ledger = Ledger.open(file)) {
            Cleanup.Report report = Cleanup.run(ledger, CHILD_LIMIT);
            report.removed().forEach(entry -> console.note("Removed " + entry));
            if (!report.left().isEmpty()) {
                report.left().forEach(left -> console.note("Left: " + left.entry() + ": " + left.reason()));
                throw CliException.failed(
                        report.left().size() + " things could not be removed; run kantoku down again");
            }
        }
    }
}
