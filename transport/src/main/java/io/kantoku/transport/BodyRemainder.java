package io.kantoku.transport;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;

/**
 * What is still to come of the body of a request that is answered already. It is read and thrown away, within bounds: HTTP/2 ends
 * a stream whose client is still sending by a reset, and there are clients (the JDK's) that take a reset for a failure although
 * they have the whole answer. Go's servers read on as far.
 */
final class BodyRemainder implements Runnable {
    private static final long MOST_BYTES = 256 * 1024;
    private static final Duration LONGEST = Duration.ofMillis(500);

    private final Content.Source source;
    private final CountDownLatch over = new CountDownLatch(1);
    private long bytes;

    private BodyRemainder(Content.Source source) {
        this.source = source;
    }

    /** Returns when the body has ended, or has turned out to be a long one. */
    static void await(Content.Source source) throws InterruptedException {
        BodyRemainder remainder = new BodyRemainder(source);
        remainder.run();
        remainder.over.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reads what has arrived. */
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            bytes += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || bytes > MOST_BYTES) {
                over.countDown();
                return;
            }
        }
    }
}
