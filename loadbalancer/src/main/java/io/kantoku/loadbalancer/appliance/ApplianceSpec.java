package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkStack;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an appliance is.
 *
 * @param name in logs and thread dumps; unique among the appliances of a process
 * @param directory keeps everything that outlives the process: configuration, certificates, logs
 * @param haproxyBinary HAProxy 2.4 or newer
 * @param apiAddress where the Data Plane API listens; a management address
 * @param ownAddresses further addresses of the appliance's that frontends may use (management, workload)
 * @param vipRanges the ranges it answers for; frontends elsewhere are refused. When empty, any local address will do
 * @param user who may use the API
 * @param password is kept as a hash only
 * @param stack the network that it is in: HAProxy is started there, and the API listens there
 * @param reloadDelay how long changes are gathered before a reload; zero reloads at once
 * @param machine the machine whose network {@code stack} is, when that is the appliance's alone
 * @param pair how it shares the virtual IPs with a twin; needs a machine
 */
public record ApplianceSpec(
        String name,
        Path directory,
        Path haproxyBinary,
        InetSocketAddress apiAddress,
        List<String> ownAddresses,
        List<Cidr> vipRanges,
        String user,
        String password,
        NetworkStack stack,
        Duration reloadDelay,
        Optional<MachineNetwork> machine,
        Optional<PairSpec> pair) {
    public ApplianceSpec {
        directory = directory.toAbsolutePath().normalize();
        ownAddresses = List.copyOf(ownAddresses);
        vipRanges = List.copyOf(vipRanges);
        if (user.isEmpty() || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the user's name is empty or holds a colon");
        }
        if (pair.isPresent() && machine.isEmpty()) {
            throw new IllegalArgumentException("a pair needs a machine of its own for each appliance");
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password is empty");
        }
    }

    /** An appliance in the host's own network that reloads at once. */
    public static ApplianceSpec onHost(
            String name,
            Path directory,
            Path haproxyBinary,
            InetSocketAddress apiAddress,
            List<Cidr> vipRanges,
            String user,
            String password) {
        return new ApplianceSpec(
                name,
                directory,
                haproxyBinary,
                apiAddress,
                List.of(),
                vipRanges,
                user,
                password,
                NetworkStack.host(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty());
    }

    public ApplianceSpec withOwnAddresses(List<String> addresses) {
        return new ApplianceSpec(
                name,
                directory,
                haproxyBinary,
                apiAddress,
                addresses,
                vipRanges,
                user,
                password,
                stack,
                reloadDelay,
                machine,
                pair);
    }

    public ApplianceSpec withReloadDelay(Duration delay) {
        return new ApplianceSpec(
                name,
                directory,
                haproxyBinary,
                apiAddress,
                ownAddresses,
                vipRanges,
                user,
                password,
                stack,
                delay,
                machine,
                pair);
    }

    /** The same appliance as a machine of its own: HAProxy and the API are in its network, and so are the virtual IPs. */
    public ApplianceSpec in(MachineNetwork network) {
        return new ApplianceSpec(
                name,
                directory,
                haproxyBinary,
                apiAddress,
                ownAddresses,
                vipRanges,
                user,
                password,
                network.namespace(),
                reloadDelay,
                Optional.of(network),
                pair);
    }

    /** The same appliance as one of a pair. */
    public ApplianceSpec withPair(PairSpec twin) {
        return new ApplianceSpec(
                name,
                directory,
                haproxyBinary,
                apiAddress,
                ownAddresses,
                vipRanges,
                user,
                password,
                stack,
                reloadDelay,
                machine,
                Optional.of(twin));
    }

    @Override
    public String toString() {
        return "ApplianceSpec[" + name + ", " + directory + ", " + apiAddress + ", " + vipRanges + "]";
    }
}
