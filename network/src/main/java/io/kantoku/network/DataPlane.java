package io.kantoku.network;

import java.util.List;
import java.util.Set;

/** How one node's pods are connected and their packets forwarded. Calls for one pod, and those of {@link #program}, do not overlap. */
public interface DataPlane extends AutoCloseable {
    /** Makes the node's own part, or finds it, and tells which of the pods' cables are there. */
    Set<String> prepare(Ipv4Range range);

    /** The name of the node's end of a sandbox's cable. */
    String link(String sandbox);

    /** Lays a pod's cable, unless it lies. Nothing passes before {@link #program}. */
    PodLink connect(Attachment attachment, PodSandbox sandbox, Ipv4Range range);

    /** Removes a pod's cable, if it lies; called after the pod has left the state that was programmed. */
    void disconnect(Attachment attachment);

    /**
     * Forwards as the state says. What is so already stays untouched.
     *
     * @throws NetworkException when that failed; the next call starts from what is really there
     */
    void program(NodeState state);

    /** Removes the node with its pods for good; its machine is gone or about to be. */
    void remove(List<Attachment> pods);

    /** Ends what serves the node in this process; all that is programmed stays. */
    @Override
    void close();
}
