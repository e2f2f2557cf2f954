package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.boot.BootListener;
import io.kantoku.kubelet.boot.KubeadmNode;
import io.kantoku.kubelet.boot.MachineFacts;
import io.kantoku.kubelet.boot.NodeEnvironment;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.machine.GuestContext;
import io.kantoku.vsphere.machine.GuestOs;
import io.kantoku.vsphere.machine.RunningGuest;
import io.kantoku.vsphere.machine.StopMode;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;

/** The system that boots in machines: cloud-init hands the bootstrap data to a Kubernetes node. */
final class NodeGuest implements GuestOs {
    private final NodeEnvironment environment;

    NodeGuest(NodeEnvironment environment) {
        this.environment = environment;
    }

    /** The cluster by the inventory's own record, which nobody but operators writes. */
    private static ClusterId cluster(GuestContext context) {
        String recorded = context.spec().metadata().getOrDefault(VmSpec.CLUSTER, "");
        if (recorded.isEmpty()) {
            throw new VsphereException(
                    VsphereException.Code.INVALID_ARGUMENT,
                    "the inventory does not say which cluster " + context.name() + " is of; make the machine again");
        }
        return new ClusterId(recorded);
    }

    @Override
    public RunningGuest boot(GuestContext context) {
        List<Ipv4Address> addresses =
                context.nics().stream().map(nic -> nic.address().address()).toList();
        MachineFacts facts = BootFacts.of(
                MetaData.of(context.biosUuid(), context.spec()),
                CloudInit.parse(context.userData()),
                cluster(context),
                context.spec().image(),
                addresses.stream().map(Ipv4Address::toString).toList(),
                context.spec().hardware(),
                context.network(),
                context.directory());
        KubeadmNode node = KubeadmNode.start(environment, facts, new BootListener() {
            @Override
            public void progress(String message) {
                context.report().booting(message);
            }

            @Override
            public void joined() {
                context.report().running(addresses);
            }

            @Override
            public void failed(String reason) {
                context.report().failed(reason);
            }
        });
        return mode -> {
            if (mode == StopMode.RELEASE) {
                node.release();
            } else {
                node.close();
            }
        };
    }
}
