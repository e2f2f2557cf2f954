package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the runtime of a node's containers gives to the kubelet's server. Used by any thread. Names of pods and containers have been
 * checked against {@link #pods()}; what the runtime has to refuse is a {@link StreamRefusal}, whose words the user reads.
 *
 * <p>The URLs are those of a streaming server as CRI describes it ({@code Exec}, {@code Attach} and {@code PortForward} return them):
 * plain HTTP, reachable in the node's network namespace, good for one use.
 */
public interface PodStreams {
    /** A container of a pod of this node. */
    record ContainerName(String namespace, String pod, String container) {
        @Override
        public String toString() {
            return namespace + "/" + pod + "/" + container;
        }
    }

    /** Which standard streams a call wants; with {@code tty} there is no standard error of its own. */
    record Standard(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    /** How a command ended. */
    @SuppressWarnings("ArrayRecordComponent") // results are not compared
    record CommandResult(int exitCode, byte[] stdout, byte[] stderr) {}

    /** The pods of this node with their present status, mirror pods included. */
    List<KubeObject> pods();

    /**
     * The log of a container.
     *
     * @param previous of its last run before the present one
     * @throws StreamRefusal 400 when there is none (yet): {@code container "c" in pod "p" is waiting to start: ContainerCreating}
     */
    ContainerLog log(ContainerName container, boolean previous);

    /**
     * Where a command will be run in a running container.
     *
     * @throws StreamRefusal 404 when it does not run
     */
    URI exec(ContainerName container, List<String> command, Standard streams);

    /**
     * Where the streams of a running container's first process are.
     *
     * @throws StreamRefusal 404 when it does not run
     */
    URI attach(ContainerName container, Standard streams);

    /**
     * Where connections to ports of a running pod are made.
     *
     * @param ports may be empty: the client names them in its streams then
     * @throws StreamRefusal 404 when it does not run
     */
    URI portForward(String namespace, String pod, List<Integer> ports);

    /**
     * Runs a command to its end without streams.
     *
     * @throws StreamRefusal 404 when the container does not run; 504 when it takes longer than {@code timeout}
     */
    CommandResult run(ContainerName container, List<String> command, Duration timeout);

    /** What holds for this kubelet ({@code KubeletConfiguration} of kubelet.config.k8s.io/v1beta1), as {@code /configz} shows it. */
    ObjectNode configuration();

    /** What the node, its pods and their containers use at this moment. */
    NodeUsage usage();
}
