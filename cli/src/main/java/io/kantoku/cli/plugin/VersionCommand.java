package io.kantoku.cli.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;

/** {@code kubectl vsphere version}: prints the plugin's version and the Java that runs it. */
@Command(name = "version", description = "Print the version of the plugin.", sortOptions = false)
final class VersionCommand implements Runnable {
    private static final String BUILD = "/META-INF/maven/io.kantoku/cli/pom.properties";

    private final PluginEnvironment environment;

    VersionCommand(PluginEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        environment.out().println("kubectl-vsphere: version " + version() + ", Java " + Runtime.version());
    }

    /** From the jar's manifest of its build; classes that are not in a jar have none. */
    private static String version() {
        try (InputStream build = VersionCommand.class.getResourceAsStream(BUILD)) {
            if (build == null) {
                return "development";
            }
            Properties properties = new Properties();
            properties.load(build);
            return properties.getProperty("version", "development");
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin's jar is damaged: " + e.getMessage(), e);
        }
    }
}
