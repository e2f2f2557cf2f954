package io.kantoku.apiserver.audit;

/** Takes audit Events. */
@FunctionalInterface
public interface AuditSink {
    /**
     * Keeps an Event. The request waits for it.
     *
     * @param line the Event as JSON, without the end of the line
     */
    void write(byte[] line);
}
