package io.kantoku.cli.trial;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Several who visit a web site, each again and again with a new connection, and remember what went wrong. A closed loop: the next
 * visit begins a moment after the last one has ended.
 */
public final class Visitors implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 5;
    private static final int LONGEST_HEAD = 12;

    private final NetworkStack from;
    private final InetSocketAddress site;
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean done;

    private Visitors(NetworkStack from, InetSocketAddress site) {
        this.from = from;
        this.site = site;
    }

    /** So many who visit a site that speaks HTTP, from a network. */
    public static Visitors to(String address, int port, NetworkStack from, int count) {
        Visitors visitors = new Visitors(from, new InetSocketAddress(InetAddress.ofLiteral(address), port));
        for (int i = 0; i < count; i++) {
            visitors.threads.add(Thread.ofVirtual().name("visitor-" + i).start(visitors::visit));
        }
        return visitors;
    }

    private void visit() {
        while (!done) {
            long begin = System.nanoTime();
            try (SocketChannel channel = from.socket()) {
                channel.socket().connect(site, PATIENCE_MILLIS);
                channel.socket().setSoTimeout(PATIENCE_MILLIS);
                channel.socket()
                        .getOutputStream()
                        .write("GET / HTTP/1.0\r\nHost: site\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream answer = channel.socket().getInputStream();
                String head = new String(answer.readNBytes(LONGEST_HEAD), StandardCharsets.US_ASCII);
                answer.skip(Long.MAX_VALUE);
                if (head.startsWith("HTTP/")) {
                    served.incrementAndGet();
                } else {
                    lost.add("an answer that begins with \"" + head + "\"");
                }
            } catch (IOException e) {
                lost.add(e.toString());
            }
            longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** How many visits ended well by now. */
    public int served() {
        return served.get();
    }

    /** The longest visit by now, in seconds. */
    public double longestSeconds() {
        return longest.get() / 1e9;
    }

    /**
     * Insists on visits that all went well.
     *
     * @throws TrialFailure when a visit went wrong, or none was made
     */
    public void lostNone() {
        TrialFailure.unless(
                lost.isEmpty() && served.get() > 0,
                lost.size() + " of " + (served.get() + lost.size()) + " visits were lost, the first: "
                        + lost.stream().findFirst().orElse("there was none"));
    }

    @Override
    public void close() throws InterruptedException {
        done = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
