package io.kantoku.transport;

import io.kantoku.transport.Exchange.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries bytes both ways between two connections, as they are. An end of one direction is passed on and leaves the other
 * open; silence is allowed for any time while both are.
 */
public final class Tunnel {
    private static final int BUFFER = 32 * 1024;
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final RawConnection near;
    private final RawConnection far;
    private final AtomicLong moved = new AtomicLong();
    private final CountDownLatch both = new CountDownLatch(2);
    private final CountDownLatch first = new CountDownLatch(1);
    private final Duration linger;

    private Tunnel(RawConnection near, RawConnection far, Duration linger) {
        this.near = near;
        this.far = far;
        this.linger = linger;
    }

    /**
     * Blocks until both directions have ended, one has failed, or after the end of one nothing has moved in the other for ten
     * seconds. Both connections are closed then.
     *
     * @throws InterruptedException with both connections closed
     */
    public static void join(RawConnection near, RawConnection far) throws InterruptedException {
        join(near, far, LINGER);
    }

    static void join(RawConnection near, RawConnection far, Duration linger) throws InterruptedException {
        try (near;
                far) {
            Tunnel tunnel = new Tunnel(near, far, linger);
            Thread.ofVirtual().name("tunnel-out").start(() -> tunnel.carry(near.input(), far.output()));
            Thread.ofVirtual().name("tunnel-back").start(() -> tunnel.carry(far.input(), near.output()));
            tunnel.await();
        }
    }

    private void await() throws InterruptedException {
        first.await();
        long before;
        do {
            before = moved.get();
        } while (!both.await(linger.toMillis(), TimeUnit.MILLISECONDS) && moved.get() != before);
    }

    private void carry(InputStream from, OutputStream to) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                to.write(buffer, 0, count);
                to.flush();
                moved.addAndGet(count);
            }
            to.close();
        } catch (IOException e) { // a lost connection ends both, and nobody is left to tell
            near.close();
            far.close();
        } finally {
            both.countDown();
            first.countDown();
        }
    }
}
