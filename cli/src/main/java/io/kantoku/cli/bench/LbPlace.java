package io.kantoku.cli.bench;

import io.kantoku.cli.CliException;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.loadbalancer.appliance.MachineNetwork;
import io.kantoku.loadbalancer.appliance.PairSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Where appliances, clients and servers are while load balancing is measured. */
sealed interface LbPlace extends AutoCloseable {
    /** How many appliances there are. */
    int appliances();

    ApplianceSpec appliance(int which, Path directory, Path haproxy);

    /** Where clients and servers are. */
    NetworkStack client();

    String clientAddress();

    /** A virtual IP. */
    String vip(int number);

    /** Takes an appliance's cables out. */
    void cutOff(int which);

    @Override
    void close();

    /** Loopback addresses of this machine, and HAProxy with a frontend for each service, as in the runtime {@code simulated}. */
    record Host(int octet) implements LbPlace {
        static Host free() {
            return new Host(ThreadLocalRandom.current().nextInt(60, 120));
        }

        private String address(String rest) {
            return "127." + octet + "." + rest;
        }

        @Override
        public int appliances() {
            return 1;
        }

        @Override
        public ApplianceSpec appliance(int which, Path directory, Path haproxy) {
            return ApplianceSpec.onHost(
                    "bench",
                    directory,
                    haproxy,
                    new InetSocketAddress(InetAddress.ofLiteral(address("200.9")), 0),
                    List.of(Cidr.parse(address("0.0/17"))),
                    "admin",
                    "bench");
        }

        @Override
        public NetworkStack client() {
            return NetworkStack.host();
        }

        @Override
        public String clientAddress() {
            return address("200.1");
        }

        @Override
        public String vip(int number) {
            return address(number / 250 + "." + (number % 250 + 1));
        }

        @Override
        public void cutOff(int which) {
            throw new IllegalStateException("there is only one appliance");
        }

        @Override
        public void close() {}
    }

    /** Network namespaces that have no way out, and a pair of appliances, as in the runtime {@code lab}. */
    final class Machines implements LbPlace {
        private final String prefix =
                "ktb" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0xffff)) + "-";
        private final Deque<String> namespaces = new ArrayDeque<>();
        private final String fabric = add("fabric");
        private final NetworkNamespace client;
        private final List<NetworkNamespace> machines;

        Machines() {
            for (String bridge : List.of("management", "workload")) {
                command("ip", "-n", fabric, "link", "add", bridge, "type", "bridge");
                command("ip", "-n", fabric, "link", "set", bridge, "up");
            }
            client = machine("client", 100);
            machines = List.of(machine("lb2", 2), machine("lb3", 3));
        }

        private String add(String name) {
            command("ip", "netns", "add", prefix + name);
            namespaces.push(prefix + name);
            command("ip", "-n", prefix + name, "link", "set", "lo", "up");
            return prefix + name;
        }

        private NetworkNamespace machine(String name, int host) {
            String namespace = add(name);
            plug(namespace, "management", "10.98.58." + host + "/24", host);
            plug(namespace, "workload", "10.99.59." + host + "/16", host);
            return new NetworkNamespace(namespace);
        }

        private void plug(String namespace, String network, String address, int host) {
            String port = network.charAt(0) + "" + host;
            command(
                    "ip", "-n", fabric, "link", "add", port, "type", "veth", "peer", "name", network, "netns",
                    namespace);
            command("ip", "-n", fabric, "link", "set", port, "master", network, "up");
            command("ip", "-n", namespace, "address", "add", address, "dev", network);
            command("ip", "-n", namespace, "link", "set", network, "up");
        }

        private static void command(String... command) {
            try {
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw CliException.failed("\"" + String.join(" ", command)
                            + "\" failed (network namespaces need root): " + output.strip());
                }
            } catch (IOException e) {
                throw CliException.failed("cannot run " + command[0] + ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CliException.failed("interrupted");
            }
        }

        @Override
        public int appliances() {
            return 2;
        }

        @Override
        public ApplianceSpec appliance(int which, Path directory, Path haproxy) {
            int host = 2 + which;
            return ApplianceSpec.onHost(
                            "bench" + host,
                            directory,
                            haproxy,
                            new InetSocketAddress(InetAddress.ofLiteral("10.98.58." + host), 5556),
                            List.of(Cidr.parse("10.99.64.0/20")),
                            "admin",
                            "bench")
                    .withOwnAddresses(List.of("10.98.58." + host, "10.99.59." + host))
                    .in(MachineNetwork.of(machines.get(which)))
                    .withPair(new PairSpec(which == 0, heartbeat(host), heartbeat(5 - host)));
        }

        private static List<InetSocketAddress> heartbeat(int host) {
            return List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("10.98.58." + host), PairSpec.PORT),
                    new InetSocketAddress(InetAddress.ofLiteral("10.99.59." + host), PairSpec.PORT));
        }

        @Override
        public NetworkStack client() {
            return client;
        }

        @Override
        public String clientAddress() {
            return "10.99.59.100";
        }

        @Override
        public String vip(int number) {
            return "10.99." + (64 + number / 250) + "." + (number % 250 + 1);
        }

        @Override
        public void cutOff(int which) {
            for (String network : List.of("m", "w")) {
                command("ip", "-n", fabric, "link", "set", network + (2 + which), "down");
            }
        }

        @Override
        public void close() {
            while (!namespaces.isEmpty()) {
                command("ip", "netns", "del", namespaces.pop());
            }
        }
    }
}
