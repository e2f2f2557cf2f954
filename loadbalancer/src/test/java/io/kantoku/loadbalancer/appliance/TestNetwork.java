package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Machines on two switches with no way out, made of network namespaces: a management network 10.99.58.0/24 and a workload network
 * 10.99.59.0/24. Needs root.
 */
final class TestNetwork implements AutoCloseable {
    private final String prefix =
            "lbit" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x10000, 0xfffff)) + "-";
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final String fabric = add("fabric");

    TestNetwork() {
        for (String bridge : List.of("management", "workload")) {
            command("ip", "-n", fabric, "link", "add", bridge, "type", "bridge");
            command("ip", "-n", fabric, "link", "set", bridge, "up");
        }
    }

    private String add(String name) {
        String namespace = prefix + name;
        command("ip", "netns", "add", namespace);
        namespaces.push(namespace);
        command("ip", "-n", namespace, "link", "set", "lo", "up");
        return namespace;
    }

    /** A machine with the address .{@code host} on both networks, or on the workload network only. */
    NetworkNamespace machine(String name, int host, boolean management) {
        String namespace = add(name);
        if (management) {
            plug(namespace, "management", "10.99.58." + host);
        }
        plug(namespace, "workload", "10.99.59." + host);
        return new NetworkNamespace(namespace);
    }

    private void plug(String namespace, String network, String address) {
        String port = network.charAt(0) + address.substring(address.lastIndexOf('.') + 1);
        command("ip", "-n", fabric, "link", "add", port, "type", "veth", "peer", "name", network, "netns", namespace);
        command("ip", "-n", fabric, "link", "set", port, "master", network, "up");
        command("ip", "-n", namespace, "address", "add", address + "/24", "dev", network);
        command("ip", "-n", namespace, "link", "set", network, "up");
    }

    /** Takes the cable out, or puts it in again. */
    void cable(String network, int host, boolean in) {
        command("ip", "-n", fabric, "link", "set", network.charAt(0) + "" + host, in ? "up" : "down");
    }

    static String in(NetworkNamespace namespace, String... command) {
        String[] all = new String[command.length + 2];
        all[0] = "nsenter";
        all[1] = "--net=" + namespace.path();
        System.arraycopy(command, 0, all, 2, command.length);
        return command(all);
    }

    private static String command(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        namespaces.forEach(namespace -> command("ip", "netns", "del", namespace));
    }
}
