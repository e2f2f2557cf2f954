package io.kantoku.testkit;

/**
 * What a test's cluster is.
 *
 * @param version the Kubernetes release, for example {@code 1.29} or {@code v1.29.4}; empty for the newest
 * @param controllers whether controllers and scheduler run
 * @param nodes simulated nodes; needs controllers
 */
public record TestClusterOptions(String version, boolean controllers, int nodes) {
    private static final int MAX_NODES = 250;

    public TestClusterOptions {
        if (nodes < 0 || nodes > MAX_NODES) {
            throw new IllegalArgumentException("a test's cluster has 0 to " + MAX_NODES + " nodes, not " + nodes);
        }
        if (nodes > 0 && !controllers) {
            throw new IllegalArgumentException("nodes need controllers: leave them on, or ask for no nodes");
        }
    }

    /** The newest release, with controllers and without nodes. */
    public static TestClusterOptions defaults() {
        return new TestClusterOptions("", true, 0);
    }

    public TestClusterOptions withVersion(String value) {
        return new TestClusterOptions(value, controllers, nodes);
    }

    /** As envtest: an API that nothing acts on. */
    public TestClusterOptions withoutControllers() {
        return new TestClusterOptions(version, false, 0);
    }

    public TestClusterOptions withNodes(int count) {
        return new TestClusterOptions(version, controllers, count);
    }
}
