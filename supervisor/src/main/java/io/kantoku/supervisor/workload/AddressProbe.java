package io.kantoku.supervisor.workload;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;

/**
 * Finds out which addresses of a range have somebody who takes connections, by trying a few ports. At most 256 addresses, 32
 * at a time, a fifth of a second each and port.
 */
final class AddressProbe {
    private static final List<Integer> PORTS = List.of(443, 6443, 22);
    private static final int MOST = 256;
    private static final int AT_ONCE = 32;
    private static final int LIMIT_MILLIS = 200;

    private final NetworkStack network;

    AddressProbe(NetworkStack network) {
        this.network = network;
    }

    /** The addresses that answer, each with the first port that it answers on. */
    Map<Ipv4Address, Integer> answering(IpRange range) {
        Map<Ipv4Address, Integer> found = new ConcurrentSkipListMap<>();
        Semaphore places = new Semaphore(AT_ONCE);
        long count = Math.min(MOST, range.size());
        List<Thread> threads = new ArrayList<>();
        try {
            for (long i = 0; i < count; i++) {
                Ipv4Address address = range.first().plus(i);
                places.acquire();
                threads.add(Thread.ofVirtual().name("probe-" + address).start(() -> {
                    try {
                        PORTS.stream()
                                .filter(port -> answers(address, port))
                                .findFirst()
                                .ifPresent(port -> found.put(address, port));
                    } finally {
                        places.release();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller goes away
        }
        return found;
    }

    private boolean answers(Ipv4Address address, int port) {
        try (SocketChannel channel = network.socket()) {
            channel.socket().connect(new InetSocketAddress(address.toInetAddress(), port), LIMIT_MILLIS);
            return true;
        } catch (IOException e) {
            return false; // refused, unreachable or silent: nobody takes connections
        }
    }
}
