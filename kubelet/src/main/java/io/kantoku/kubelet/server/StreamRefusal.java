package io.kantoku.kubelet.server;

/** What a kubelet answers instead of a log or stream. */
public final class StreamRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status of HTTP
     * @param message for the user who asked
     */
    public StreamRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
