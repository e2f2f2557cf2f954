package io.kantoku.cli.trial;

import io.kantoku.cli.CliException;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.instance.FreeRanges;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import io.kantoku.lab.fabric.FabricSpec;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A throw-away instance with a state directory, networks and a port of its own, and the commands that are run on it. Closing it
 * removes everything, also when the server was killed or the process is being ended.
 */
public final class Trial implements AutoCloseable {
    private static final Duration DOWN_LIMIT = Duration.ofSeconds(90);

    private static final String PREFIX = "kantoku-";

    /** Names the process whose trial it is. */
    private static final String OWNER = "owner";

    private final String runtime;
    private final Path directory;
    private final StateDirectory state;
    private final AddressPlan addresses;
    private final int consolePort;
    private final Shell shell;
    private final Thread onExit = Thread.ofPlatform().name("end-trial").unstarted(this::end);
    private boolean kept;
    private boolean ended;

    private Trial(String runtime, Path directory, AddressPlan addresses, int consolePort, Shell shell) {
        this.runtime = runtime;
        this.directory = directory;
        this.state = new StateDirectory(directory.resolve("state"));
        this.addresses = addresses;
        this.consolePort = consolePort;
        this.shell = shell;
    }

    /** With simulated machines on two networks of 256 addresses that nobody uses; nothing is started yet. */
    public static Trial create(String purpose) throws IOException {
        return create(purpose, SimulatedRuntime.NAME);
    }

    /** On two networks of 256 addresses that nobody uses; those of the lab are in a host of its own ({@link OwnHost}). */
    public static Trial create(String purpose, String runtime) throws IOException {
        return create(
                purpose,
                runtime,
                runtime.equals(LabRuntime.NAME) ? AddressPlan.lab() : FreeRanges.plan(new SecureRandom()));
    }

    /** On two networks, of which the workload network has 16 384 addresses. */
    public static Trial createLarge(String purpose, String runtime) throws IOException {
        return create(
                purpose,
                runtime,
                runtime.equals(LabRuntime.NAME)
                        ? new AddressPlan(AddressPlan.lab().management(), Cidr.parse("10.44.64.0/18"))
                        : FreeRanges.largePlan(new SecureRandom()));
    }

    private static Trial create(String purpose, String runtime, AddressPlan addresses) throws IOException {
        Path directory = Files.createTempDirectory(PREFIX + purpose + "-");
        Files.writeString(
                directory.resolve(OWNER), String.valueOf(ProcessHandle.current().pid()));
        Trial trial = new Trial(
                runtime, directory, addresses, FreeRanges.port(), Shell.in(directory, OwnProgram.plugin(directory)));
        Runtime.getRuntime().addShutdownHook(trial.onExit);
        return trial;
    }

    /** Everything of the trial is below it; files of the trial's own can be put there. */
    public Path directory() {
        return directory;
    }

    /** What its machines are made of. */
    public String runtime() {
        return runtime;
    }

    /** Whether pods run containers. */
    public boolean isLab() {
        return runtime.equals(LabRuntime.NAME);
    }

    public StateDirectory state() {
        return state;
    }

    public AddressPlan addresses() {
        return addresses;
    }

    public int consolePort() {
        return consolePort;
    }

    public Shell shell() {
        return shell;
    }

    /** Leaves everything as it is when this is closed, for somebody to look at. */
    public void keep() {
        kept = true;
    }

    /** {@code kantoku up --detach}. */
    public Outcome up() throws InterruptedException {
        List<String> command = new ArrayList<>(OwnProgram.server());
        command.addAll(List.of("up", "--detach", "--runtime", runtime));
        command.addAll(List.of("--management-network", addresses.management().toString()));
        command.addAll(List.of("--workload-network", addresses.workload().toString()));
        command.addAll(List.of("--console-port", String.valueOf(consolePort)));
        if (isLab()) {
            command.addAll(List.of("--load-balancers", "2"));
        }
        return shell.run(withState(command));
    }

    /**
     * {@code kantoku up --detach} on a vCenter that is there already.
     *
     * @param arguments those that name it
     */
    public Outcome upOnVcenter(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(OwnProgram.server());
        command.addAll(List.of("up", "--detach", "--console-port", String.valueOf(consolePort)));
        command.addAll(arguments);
        return shell.run(withState(command));
    }

    /** Another command of {@code kantoku} on this instance. */
    public Outcome kantoku(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(OwnProgram.client());
        command.addAll(List.of(arguments));
        return shell.run(withState(command));
    }

    private List<String> withState(List<String> command) {
        command.add("--state");
        command.add(state.path().toString());
        return command;
    }

    /**
     * Makes sure that there is a kubectl to work with.
     *
     * @throws CliException when there is none
     */
    public void requireKubectl() {
        if (shell.find("kubectl").isEmpty()) {
            throw CliException.failed("kubectl is not on PATH; install it and try again");
        }
    }

    /** {@code kubectl} with a kubeconfig of that name in the trial's directory. */
    public Kubectl kubectl(String kubeconfig) {
        return Kubectl.with(shell, directory.resolve(kubeconfig));
    }

    /** {@code kubectl} as the administrator of the Supervisor. */
    public Kubectl administrator() {
        return Kubectl.with(shell, state.supervisorKubeconfig());
    }

    /** The vCenter API as its administrator. */
    public VcenterClient vcenter() {
        return VcenterClient.of(state);
    }

    public Appliance appliance() {
        return Appliance.of(state, state.readOptions().orElseThrow(), inside());
    }

    /** A network from which every machine can be reached, which in the lab the host cannot: vCenter's. */
    public NetworkStack inside() {
        return isLab() ? vcenterNamespace() : NetworkStack.host();
    }

    /** Puts commands there. */
    public List<String> fromInside() {
        return isLab() ? List.of("nsenter", "--net=" + vcenterNamespace().path(), "--") : List.of();
    }

    private NetworkNamespace vcenterNamespace() {
        return new NetworkNamespace(FabricSpec.namespace(state.tag(), "vcenter"));
    }

    /** The pid of the server. */
    public long pid() {
        try (VcenterClient vcenter = vcenter()) {
            return vcenter.status()
                    .map(status -> status.path("pid").asLong())
                    .orElseThrow(() -> new TrialFailure("the instance does not answer"));
        }
    }

    /** An example of the source tree, which is in the class path too. */
    public String example(String file) throws IOException {
        try (InputStream stream = Trial.class.getResourceAsStream("/io/kantoku/cli/examples/" + file)) {
            if (stream == null) {
                throw new IOException("the example " + file + " is missing in this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A file of the trial's own. */
    public Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** Ends the instance and removes the directory. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // the process is being ended: the hook found that everything was done
        }
    }

    private synchronized void end() {
        if (ended || kept) {
            return;
        }
        ended = true;
        try {
            if (Files.exists(state.path())) {
                List<String> command = new ArrayList<>(OwnProgram.client());
                command.add("down");
                shell.run(withState(command), "", DOWN_LIMIT).succeeds();
            }
            delete(directory);
        } catch (IOException e) {
            throw new TrialFailure("the directory " + directory + " could not be removed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrialFailure(
                    "interrupted while the instance was ended; run: kantoku down --state " + state.path());
        }
    }

    /** Ends the trials of processes that were killed. */
    static void removeAbandoned() {
        try (Stream<Path> trials = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path trial : trials.filter(
                            path -> path.getFileName().toString().startsWith(PREFIX) && Files.isDirectory(path))
                    .toList()) {
                Optional<String> owner = StateDirectory.read(trial.resolve(OWNER));
                if (owner.filter(OwnHost::isOver).isPresent()) {
                    if (Files.exists(trial.resolve("state"))) {
                        List<String> command = new ArrayList<>(OwnProgram.client());
                        command.addAll(List.of(
                                "down", "--state", trial.resolve("state").toString()));
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor();
                    }
                    delete(trial);
                }
            }
        } catch (IOException e) {
            throw new TrialFailure("what a killed trial has left cannot be removed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrialFailure("interrupted while the rest of a killed trial was removed");
        }
    }

    /** Removes a directory with all that is in it. */
    public static void delete(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(root)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    /** Which processes have this trial's directory in their command line or environment; this one is not counted. */
    public List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.toList()) {
                String pid = entry.getFileName().toString();
                if (pid.chars().allMatch(Character::isDigit)
                        && !pid.equals(String.valueOf(ProcessHandle.current().pid()))) {
                    mentions(entry.resolve("cmdline")).ifPresent(command -> found.add(pid + ": " + command));
                }
            }
        }
        return found;
    }

    private Optional<String> mentions(Path file) {
        try {
            String text = Files.readString(file).replace('\0', ' ');
            return text.contains(directory.toString()) ? Optional.of(text.strip()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it ended, or is another user's
        }
    }
}
