package io.kantoku.tkg;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmReader;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.machine.GuestContext;
import io.kantoku.vsphere.machine.GuestOs;
import io.kantoku.vsphere.machine.RunningGuest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads its bootstrap data as a node does, makes or joins the cluster, and is a Ready node at once. */
final class FakeGuestOs implements GuestOs {
    private final FakeClusters clusters;
    final Map<String, ClusterConfiguration> configurations = new ConcurrentHashMap<>();
    private final Map<String, ClusterId> byEndpoint = new ConcurrentHashMap<>();

    FakeGuestOs(FakeClusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public RunningGuest boot(GuestContext context) {
        CloudInit data = CloudInit.parse(context.userData());
        String command = data.commands().stream()
                .map(found -> found instanceof Command.Shell shell ? shell.line() : "")
                .findFirst()
                .orElseThrow();
        String file = command.substring(command.indexOf("--config ") + 9);
        List<JsonNode> documents = Yaml.parseAll(data.file(file).orElseThrow().text());
        ClusterId cluster = switch (KubeadmReader.read(documents)) {
            case KubeadmConfig.Init init -> {
                ClusterId id = new ClusterId(context.spec().metadata().get(VmSpec.CLUSTER));
                configurations.put(id.value(), init.cluster());
                byEndpoint.put(init.cluster().controlPlaneEndpoint(), id);
                clusters.add(id);
                KubeObject uploaded = Kinds.CONFIG_MAP.create("kube-system", "kubeadm-config");
                uploaded.json()
                        .putObject("data")
                        .put(
                                "ClusterConfiguration",
                                Yaml.write(KubeadmWriter.latest().clusterConfiguration(init.cluster())));
                clusters.put(id, Kinds.CONFIG_MAP.resource(), uploaded);
                yield id;
            }
            case KubeadmConfig.Join join -> byEndpoint.get(join.discovery().apiServerEndpoint());
        };
        KubeObject node = Kinds.NODE.create("", data.hostname());
        Conditions.set(node, Condition.isTrue("Ready", "KubeletReady", "it is ready"), Instant.EPOCH);
        clusters.put(cluster, Kinds.NODE.resource(), node);
        context.report()
                .running(context.nics().stream()
                        .map(nic -> nic.address().address())
                        .toList());
        return mode -> {};
    }
}
