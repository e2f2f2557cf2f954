package io.kantoku.cli.instance;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.lab.NetworkStack;
import io.kantoku.supervisor.workload.SupervisorOperators;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.Inventory;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

final class Operators implements SupervisorOperators {
    Operators(Platform platform, Inventory inventory, HttpClient http, NetworkStack network, InstantSource clock) {}

    List<ObjectAdmission> admission() {
        return List.of();
    }

    @Override
    public List<KubeObject> definitions() {
        return io.kantoku.tkg.objects.Definitions.read();
    }

    @Override
    public Running start(String cluster, UUID supervisor) {
        return () -> {};
    }
}
