package io.kantoku.cli.bench;

import io.kantoku.transport.TlsIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Many watchers of the ConfigMaps of one namespace, each on a TLS connection of its own. */
final class WatchCrowd implements AutoCloseable {
    private static final int AT_ONCE = 64;
    private static final String REQUEST = """
            GET /api/v1/namespaces/default/configmaps?watch=true HTTP/1.1\r
            Host: 127.0.0.1\r
            Accept: application/json\r
            \r
            """;

    private final ConcurrentLinkedQueue<SSLSocket> sockets = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch arrivals = new CountDownLatch(0);

    private WatchCrowd() {}

    /** Opens all of them; returns when each is being answered. */
    static WatchCrowd open(int size, ServerProcess server) throws InterruptedException {
        WatchCrowd crowd = new WatchCrowd();
        SSLContext context = context(server.admin(), List.of(server.authority().certificate()));
        CountDownLatch open = new CountDownLatch(size);
        Semaphore atOnce = new Semaphore(AT_ONCE);
        for (int i = 0; i < size; i++) {
            atOnce.acquire();
            Thread.ofVirtual().name("watcher-" + i).start(() -> crowd.watch(context, server.port(), open, atOnce));
        }
        if (!open.await(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException(open.getCount() + " of " + size + " watches were not answered");
        }
        return crowd;
    }

    private void watch(SSLContext context, int port, CountDownLatch open, Semaphore atOnce) {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(socket);
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 2048);
            String status = lines.readLine();
            atOnce.release();
            open.countDown();
            if (status == null || !status.contains(" 200 ")) {
                return;
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("\"name\":\"fan-out\"")) {
                    arrivals.countDown();
                }
            }
        } catch (IOException e) {
            // the crowd is being closed, or its opening fails by its count
        }
    }

    /** How long it takes until every watcher has seen a change. */
    Duration change(Runnable change) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(sockets.size());
        arrivals = all;
        long start = System.nanoTime();
        change.run();
        if (!all.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(
                    all.getCount() + " of " + sockets.size() + " watchers did not see a change");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static SSLContext context(TlsIdentity identity, List<X509Certificate> trusted) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "client", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
            for (X509Certificate certificate : trusted) {
                store.setCertificateEntry(certificate.getSerialNumber().toString(), certificate);
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make TLS connections", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (SSLSocket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone already
            }
        }
    }
}
