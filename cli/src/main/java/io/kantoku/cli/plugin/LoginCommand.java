package io.kantoku.cli.plugin;

import io.kantoku.cli.plugin.WcpClient.GuestName;
import io.kantoku.cli.plugin.WcpClient.Session;
import io.kantoku.cli.plugin.WcpClient.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kubectl vsphere login}: asks, logs in, writes the kubeconfig and says which contexts there are. */
@Command(
        name = "login",
        description = "Log in to a Supervisor, and to a Tanzu Kubernetes cluster when one is named.",
        sortOptions = false)
final class LoginCommand implements Runnable {
    /** Holds the password of logins without a person. */
    static final String PASSWORD_VARIABLE = "KUBECTL_VSPHERE_PASSWORD";

    @Option(
            names = "--server",
            required = true,
            paramLabel = "SERVER",
            description = "The Supervisor's address, name or https URL.")
    private String server = "";

    @Option(
            names = {"-u", "--vsphere-username"},
            paramLabel = "USER",
            defaultValue = "",
            description = "The user, as user@domain; asked for when it is not given.")
    private String username = "";

    @Option(
            names = "--tanzu-kubernetes-cluster-name",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Log in to this Tanzu Kubernetes cluster too.")
    private String guestName = "";

    @Option(
            names = "--tanzu-kubernetes-cluster-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = "",
            description = "The namespace of the Tanzu Kubernetes cluster.")
    private String guestNamespace = "";

    @Option(
            names = "--insecure-skip-tls-verify",
            description = "Do not check the server's certificate, now and in kubectl.")
    private boolean insecure;

    @Option(
            names = "--certificate-authority",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Trust the authorities in this PEM file instead of the machine's, now and in kubectl.")
    private String authorityFile = "";

    private final PluginEnvironment environment;
    private final GlobalOptions options;
    private final LogLines log;

    LoginCommand(PluginEnvironment environment, GlobalOptions options, LogLines log) {
        this.environment = environment;
        this.options = options;
        this.log = log;
    }

    @Override
    public void run() {
        ServerAddress address = ServerAddress.parse(server);
        Trust trust = trust();
        PrintStream out = environment.out();
        LoginEntries entries;
        try (WcpClient client = new WcpClient(address, trust, options.requestTimeout(), this::trace)) {
            String banner = Printable.block(client.banner()).stripTrailing();
            if (!banner.isEmpty()) {
                out.println(banner);
            }
            out.println();
            Credentials credentials = credentials();
            Session session = client.login(credentials, guest());
            List<Workload> workloads = client.workloads(credentials);
            entries = new LoginEntries(address.host(), credentials.username(), trust, session, workloads);
        }
        KubeconfigStack written = KubeconfigFiles.of(environment).update(entries::mergeInto);
        new ProxyVariables(environment.variables())
                .warning(entries.hosts(), Workload.API_PORT)
                .ifPresent(log::warning);
        report(out, written);
    }

    private void trace(String line) {
        if (options.verbose()) {
            log.debug(line);
        }
    }

    private Optional<GuestName> guest() {
        return guestName.isEmpty() ? Optional.empty() : Optional.of(new GuestName(guestNamespace, guestName));
    }

    private Trust trust() {
        if (insecure) {
            return new Trust.Anyone();
        }
        if (authorityFile.isEmpty()) {
            return new Trust.Machine(environment.variables());
        }
        try {
            String pem = Files.readString(Path.of(authorityFile));
            List<X509Certificate> authorities = MachineAuthorities.certificates(pem);
            if (authorities.isEmpty()) {
                throw new PluginException("--certificate-authority " + authorityFile
                        + " holds no certificate; it must be a PEM file with a block BEGIN CERTIFICATE");
            }
            return new Trust.Given(authorities, pem);
        } catch (IOException e) {
            throw new PluginException(
                    "--certificate-authority " + authorityFile + " cannot be read: it must be a PEM file", e);
        }
    }

    private Credentials credentials() {
        String user = username.isEmpty()
                ? environment
                        .terminal()
                        .readLine("Username: ")
                        .map(String::strip)
                        .orElse("")
                : username;
        Optional<String> preset = environment.variable(PASSWORD_VARIABLE);
        if (preset.isPresent()) {
            return new Credentials(user, preset.get());
        }
        if (user.isEmpty()) {
            return new Credentials(user, ""); // refused for its name before a password is asked for
        }
        environment
                .out()
                .println("The environment variable " + PASSWORD_VARIABLE + " is not set: enter the password below.");
        return new Credentials(
                user, environment.terminal().readPassword("Password: ").orElse(""));
    }

    private static void report(PrintStream out, KubeconfigStack written) {
        out.println("Logged in successfully.");
        out.println();
        out.println("You have access to the following contexts:");
        written.contexts().forEach(name -> out.println("   " + Printable.line(name)));
        out.println();
        out.println("If a context that you look for is not listed, log in again later:");
        out.println("it may not exist yet, or an administrator has to give you access to it.");
        out.println();
        out.println("To change context, use `kubectl config use-context <workload name>`");
    }
}
