package io.kantoku.cli;

import io.kantoku.cli.envtest.AssetDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kantoku envtest}: the programs that test suites of operators start. */
@Command(
        name = "envtest",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a directory with kube-apiserver, etcd and kubectl for test suites that start these programs:"
                    + " controller-runtime's envtest (KUBEBUILDER_ASSETS=DIR), fabric8's kube-api-test"
                    + " (DIR below its binaries, offline mode), and others.",
            "The launchers name DIR and the JDK, so make it where it is to stay."
        })
final class EnvtestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The directory; it is made if it does not exist.")
    private Path directory = Path.of("");

    @Option(
            names = "--kubernetes-version",
            paramLabel = "VERSION",
            defaultValue = "",
            description = "The release to be, for example 1.29 (default: the newest).")
    private String version = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        AssetDirectory made = AssetDirectory.make(directory, version);
        System.out.println("Made " + made.path() + " with " + String.join(", ", made.programs()) + ". Use it with");
        System.out.println("  export KUBEBUILDER_ASSETS=" + made.path());
        return 0;
    }
}
