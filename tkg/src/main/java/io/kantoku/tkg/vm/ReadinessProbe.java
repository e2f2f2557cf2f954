package io.kantoku.tkg.vm;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.guest.NodePorts;
import java.time.Duration;
import java.util.Optional;

/**
 * A machine's {@code spec.readinessProbe.tcpSocket}: it is not Ready before its port takes connections. Only the way to Ready is watched;
 * whether a machine goes on serving is the load balancer's to see. The probe's {@code host} is not heeded: who may make machines may not
 * make the Supervisor connect anywhere.
 */
record ReadinessProbe(NodePorts ports) {
    /** Nobody tells when a port opens. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    /**
     * What keeps a machine from being Ready whose system runs.
     *
     * @param before the condition that the machine had
     * @param vm with its status as the inventory has it
     */
    Optional<Condition> unready(Optional<Condition> before, KubeObject vm) {
        int port = vm.at("spec", "readinessProbe", "tcpSocket", "port").asInt();
        String address = vm.text("status", "vmIp");
        boolean asked = port > 0
                && Conditions.isTrue(vm, "Ready")
                && before.filter(Condition::isTrue).isEmpty();
        return asked && !ports.answers(address, port)
                ? Optional.of(Condition.isFalse(
                        "Ready",
                        "ReadinessProbeFailed",
                        "the machine runs, and port " + port + " of " + address + " takes no connections yet"))
                : Optional.empty();
    }
}
