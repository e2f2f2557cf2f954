package io.kantoku.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Notices that the client of a request went away, even while nothing is written to it. Guarded by itself. */
final class DisconnectWatch {
    /*
     * On HTTP/2 Jetty reads the connection all the time and reports a reset stream or a lost connection. On HTTP/1.1 it does
     * not read between a request and its answer, so a silent watch would outlive its client. While such a request is open the
     * watch itself asks the end point for bytes: the end of the stream is a disconnect; bytes can only be a pipelined request,
     * which is dropped, and the connection with it after the answer. The interest is withdrawn before Jetty reads again. This is no
     * documented contract of Jetty's: HttpServerTest guards it.
     */
    private final Request request;
    private final BooleanSupplier bodyConsumed;
    private @Nullable Runnable action;
    private boolean listening;
    private boolean disconnected;
    private boolean ended;
    private boolean swallowed;
    private @Nullable AbstractEndPoint reading;

    DisconnectWatch(Request request, BooleanSupplier bodyConsumed) {
        this.request = request;
        this.bodyConsumed = bodyConsumed;
    }

    void onDisconnect(Runnable newAction) {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (action != null) {
                Runnable earlier = action;
                action = () -> {
                    earlier.run();
                    newAction.run();
                };
            } else {
                action = newAction;
            }
            if (disconnected) {
                fire();
                return;
            }
            if (listening) {
                return;
            }
            listening = true;
        }
        request.addFailureListener(_ -> disconnect());
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2
                && bodyConsumed.getAsBoolean()
                && request.getConnectionMetaData().getConnection().getEndPoint() instanceof AbstractEndPoint endPoint) {
            reading = endPoint;
            await(endPoint);
        }
    }

    private synchronized void await(AbstractEndPoint endPoint) {
        if (ended) {
            return;
        }
        endPoint.tryFillInterested(new Callback() {
            @Override
            public void succeeded() {
                look(endPoint);
            }

            @Override
            public void failed(Throwable failure) {
                disconnect();
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
    }

    private synchronized void look(AbstractEndPoint endPoint) {
        if (ended) {
            return;
        }
        try {
            ByteBuffer unexpected = BufferUtil.allocate(1024);
            int filled = endPoint.fill(unexpected);
            while (filled > 0) {
                swallowed = true;
                BufferUtil.clear(unexpected);
                filled = endPoint.fill(unexpected);
            }
            if (filled < 0) {
                disconnect();
            } else {
                await(endPoint);
            }
        } catch (IOException e) {
            disconnect();
        }
    }

    private synchronized void disconnect() {
        if (!ended && !disconnected) {
            disconnected = true;
            fire();
        }
    }

    private void fire() {
        Runnable due = action;
        action = null;
        if (due != null) {
            Thread.ofVirtual().name("http-disconnect").start(due);
        }
    }

    /** A write has failed. */
    void lost() {
        disconnect();
    }

    synchronized boolean disconnected() {
        return disconnected;
    }

    /** The answer is complete: nothing fires any more. Returns whether the connection can carry another request. */
    synchronized boolean end() {
        ended = true;
        action = null;
        if (reading != null) {
            reading.getFillInterest().onFail(new IOException("the answer is complete"));
            reading = null;
        }
        return !swallowed;
    }
}
