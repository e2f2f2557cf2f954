package io.kantoku.cli.instance;

import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/** Finds networks and ports of the loopback interface that nobody uses, for instances that are thrown away. */
public final class FreeRanges {
    private static final int TRIES = 50;
    private static final int[] PROBED = {443, 5556, 6443, 10443};

    private FreeRanges() {}

    /**
     * Two networks on which no well-known port of an instance is taken.
     *
     * @throws IOException when none was found
     */
    public static AddressPlan plan(RandomGenerator random) throws IOException {
        return plan(random, "59.0/24");
    }

    /** With a workload network of 16 384 addresses. */
    public static AddressPlan largePlan(RandomGenerator random) throws IOException {
        return plan(random, "64.0/18");
    }

    private static AddressPlan plan(RandomGenerator random, String workload) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            String second = "127." + random.nextInt(100, 250) + ".";
            AddressPlan plan = new AddressPlan(Cidr.parse(second + "58.0/24"), Cidr.parse(second + workload));
            if (free(plan.applianceManagement(0).address().toString())
                    && free(plan.virtualIps().first().toString())
                    && free(plan.nodes().first().toString())) {
                return plan;
            }
        }
        throw new IOException("no unused network was found in 127.0.0.0/8");
    }

    /** A port of localhost that nobody listens on now. */
    public static int port() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean free(String address) {
        for (int port : PROBED) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            } catch (IOException e) {
                if (port >= 1024) { // below, the process may simply lack the right
                    return false;
                }
            }
        }
        return true;
    }
}
