package io.kantoku.cli;

import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;

/** What {@code up} ends with: where to go on. */
final class Summary {
    private Summary() {}

    static void print(StateDirectory directory, InstanceOptions options, Console console) {
        String suffix = directory.path().equals(StateDirectory.standard()) ? "" : " --state " + directory.path();
        console.result("Kantoku is ready (runtime: " + options.runtime() + ").");
        console.result("  Console:        https://localhost:" + options.consolePort());
        console.result(
                "  Administrator:  administrator@vsphere.local, password in " + directory.administratorPassword());
        console.result("  Next:           ./kantoku enable"
                + (options.vcenter().isPresent() ? " --cluster NAME --spec FILE" : "") + suffix);
    }
}
