package io.kantoku.kubelet.boot;

/** Hears how a node's start goes; called from the node's own thread. */
public interface BootListener {
    /** What the node does or waits for now, for people to read. */
    void progress(String message);

    /** The node is a member of its cluster. */
    void joined();

    /** The node cannot go on. */
    void failed(String reason);
}
