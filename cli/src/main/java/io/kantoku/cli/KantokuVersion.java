package io.kantoku.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that {@code kantoku --version} prints. */
final class KantokuVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = KantokuVersion.class.getPackage().getImplementationVersion();
        return new String[] {"kantoku " + (version == null ? "development" : version) + " on Java " + Runtime.version()
        };
    }
}
