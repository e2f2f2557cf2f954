package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.appliance.PairMessage.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One appliance's part in a pair: tells the other that it is there, hears whether the other is, and holds the virtual IPs or not.
 *
 * <p>Both networks are used, so that one cable cannot make two owners. A thread of its own decides; others only send and receive.
 */
final class Pair implements AutoCloseable {
    static final Duration BEAT = Duration.ofMillis(150);
    private static final Duration SILENCE = PairDecision.SILENCE;
    private static final Duration ANSWER = Duration.ofMillis(300);
    private static final Logger LOG = LoggerFactory.getLogger(Pair.class);

    private final String name;
    private final PairSpec spec;
    private final NetworkStack stack;
    private final byte[] key;
    private final Holder holder;
    private final BooleanSupplier healthy;
    private final BooleanSupplier connected;
    private final Supplier<List<String>> vips;
    private final List<AutoCloseable> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long begin = System.nanoTime();
    private volatile Role role;
    private volatile long term;
    private volatile Heard heard = new Heard(Optional.empty(), System.nanoTime() - SILENCE.toNanos());
    private volatile boolean closed;

    /** Takes the virtual IPs and lets them go. */
    @FunctionalInterface
    interface Holder {
        void hold(boolean yes) throws IOException;
    }

    private record Heard(Optional<PairMessage> message, long when) {}

    /**
     * Begins to listen and to talk.
     *
     * @param first ACTIVE for one that holds the virtual IPs already
     * @param healthy whether it could serve
     * @param connected whether the card of the virtual IPs has a cable in it
     * @param vips what is held, or would be
     */
    Pair(
            String name,
            PairSpec spec,
            NetworkStack stack,
            String secret,
            Role first,
            Holder holder,
            BooleanSupplier healthy,
            BooleanSupplier connected,
            Supplier<List<String>> vips)
            throws IOException {
        this.name = name;
        this.spec = spec;
        this.stack = stack;
        this.key = key(secret);
        this.role = first;
        this.holder = holder;
        this.healthy = healthy;
        this.connected = connected;
        this.vips = vips;
        for (InetSocketAddress address : spec.listen()) {
            ServerSocketChannel listener = stack.listen(address);
            sockets.add(listener);
            start("hear", () -> hear(listener));
        }
        for (InetSocketAddress peer : spec.peers()) {
            start("tell", () -> tell(peer));
        }
        start("decide", this::decide);
    }

    private static byte[] key(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(("pair of " + secret).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void start(String what, Runnable work) {
        threads.add(Thread.ofVirtual().name("pair-" + what + "-" + name).start(work));
    }

    Role role() {
        return role;
    }

    private void hear(ServerSocketChannel listener) {
        try {
            while (!closed) {
                SocketChannel channel = listener.accept();
                InetAddress from = channel.socket().getInetAddress();
                if (spec.peers().stream().anyMatch(peer -> peer.getAddress().equals(from))) {
                    sockets.add(channel);
                    start("read", () -> read(channel));
                } else {
                    channel.close();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void read(SocketChannel channel) {
        try (channel;
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.US_ASCII), 512)) {
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                PairMessage.parse(line, key, System.currentTimeMillis())
                        .ifPresent(message -> heard = new Heard(Optional.of(message), System.nanoTime()));
            }
        } catch (IOException e) {
            // it has gone; silence says so
        } finally {
            sockets.remove(channel);
        }
    }

    private void tell(InetSocketAddress peer) {
        while (!closed) {
            try (SocketChannel channel = stack.socket()) {
                channel.socket().connect(peer, (int) SILENCE.toMillis());
                sockets.add(channel);
                try {
                    while (!closed) {
                        say(channel);
                        Thread.sleep(BEAT);
                    }
                    say(channel); // that it is out
                } finally {
                    sockets.remove(channel);
                }
            } catch (IOException e) {
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void say(SocketChannel channel) throws IOException {
        String line = new PairMessage(role, spec.preferred(), term, System.currentTimeMillis()).print(key) + "\n";
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean pause() {
        try {
            Thread.sleep(BEAT);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void decide() {
        do {
            Heard last = heard;
            long now = System.nanoTime();
            Optional<PairMessage> message = now - last.when() < SILENCE.toNanos() ? last.message() : Optional.empty();
            try {
                PairDecision.Self self = new PairDecision.Self(
                        role,
                        spec.preferred(),
                        term,
                        healthy.getAsBoolean(),
                        message.isPresent() || connected.getAsBoolean(),
                        Duration.ofNanos(now - begin),
                        !vips.get().isEmpty());
                switch (PairDecision.next(self, message)) {
                    case STAY -> {}
                    case BECOME_ACTIVE -> become(Role.ACTIVE);
                    case BECOME_STANDBY -> become(Role.STANDBY);
                    case ASK -> {
                        if (nobodyAnswers()) {
                            become(Role.ACTIVE);
                        }
                    }
                }
            } catch (IOException e) {
                LOG.atError()
                        .setMessage("the virtual IPs cannot be taken or released")
                        .addKeyValue("appliance", name)
                        .setCause(e)
                        .log();
            }
        } while (!closed && pause());
    }

    private void become(Role next) throws IOException {
        LOG.atInfo()
                .setMessage("role in the pair changes")
                .addKeyValue("appliance", name)
                .addKeyValue("from", role)
                .addKeyValue("to", next)
                .log();
        if (next == Role.ACTIVE) {
            long others = heard.message().map(PairMessage::term).orElse(0L);
            term = Math.max(Math.max(others, term) + 1, System.currentTimeMillis());
            holder.hold(true);
        } else if (role == Role.ACTIVE) {
            holder.hold(false);
        }
        role = next;
    }

    /** Whoever holds an address answers for it on the network, if only to refuse the connection. */
    private boolean nobodyAnswers() {
        for (String vip : vips.get().stream().limit(2).toList()) {
            try (SocketChannel channel = stack.socket()) {
                channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(vip), 1), (int) ANSWER.toMillis());
                return false;
            } catch (SocketTimeoutException e) {
                // nobody there
            } catch (ConnectException e) {
                if (String.valueOf(e.getMessage()).contains("refused")) {
                    return false;
                }
            } catch (IOException e) {
                // no way there
            }
        }
        return true;
    }

    /** Lets the virtual IPs go and tells the other, which takes them at once. */
    void resign() throws IOException {
        if (role == Role.ACTIVE) {
            holder.hold(false);
        }
        role = Role.OUT;
        close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Thread.sleep(BEAT.multipliedBy(2)); // those that talk say the last word
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(Thread::interrupt);
        for (AutoCloseable socket : sockets) {
            try {
                socket.close();
            } catch (Exception e) { // shutdown
                LOG.atDebug().setMessage("socket not closed").setCause(e).log();
            }
        }
    }
}
