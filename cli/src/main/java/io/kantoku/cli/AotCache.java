package io.kantoku.cli;

import io.kantoku.cli.instance.StateDirectory;

/** The JDK's ahead-of-time cache (JEP 514), which makes later starts faster. */
final class AotCache {
    private AotCache() {}

    /** Makes the cache that the launcher looks for, unless it is there; failing is no error. */
    static void makeInBackground(StateDirectory directory) {}
}
