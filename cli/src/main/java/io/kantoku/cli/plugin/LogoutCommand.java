package io.kantoku.cli.plugin;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;

/** {@code kubectl vsphere logout}: takes everything that logins wrote out of the kubeconfig. */
@Command(name = "logout", description = "Remove what logins wrote to the kubeconfig.", sortOptions = false)
final class LogoutCommand implements Runnable {
    private final PluginEnvironment environment;

    LogoutCommand(PluginEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        AtomicReference<String> currentBefore = new AtomicReference<>("");
        KubeconfigStack after = KubeconfigFiles.of(environment).update(before -> {
            currentBefore.set(before.current());
            return LogoutEntries.removeFrom(before);
        });
        PrintStream out = environment.out();
        if (!after.current().equals(currentBefore.get())) {
            out.println("The current context was removed; "
                    + (after.current().isEmpty() ? "none is set now." : "it is " + after.current() + " now."));
            out.println("To change context, use `kubectl config use-context <workload name>`");
        }
        out.println("Logged out of all vSphere namespaces.");
    }
}
