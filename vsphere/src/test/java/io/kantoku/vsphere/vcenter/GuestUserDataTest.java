package io.kantoku.vsphere.vcenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.cloudinit.CloudConfigSchemaTest;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GuestUserDataTest {
    private static final Command JOIN = Command.shell("kubeadm join --config /run/kubeadm/join.yaml");

    @Test
    void fillsInTheNameAndLetsTheMachineFillInItsUuid() {
        CloudInit filled = GuestUserData.of(
                spec("name: {{ ds.meta_data.hostname }}\nprovider-id: vsphere://{{ ds.meta_data.instance_id }}\n"));
        assertThat(filled.file("/run/kubeadm/join.yaml").orElseThrow().text())
                .isEqualTo("name: tkc01-workers-1\nprovider-id: vsphere://@bios-uuid@\n");
        assertThat(filled.commands())
                .containsExactly(
                        Command.shell("sed -i \"s/@bios-uuid@/$(tr A-Z a-z < /sys/class/dmi/id/product_uuid)/g\""
                                + " /run/kubeadm/join.yaml"),
                        JOIN);
    }

    @Test
    void leavesTheRestAsItIs() {
        CloudInit filled = GuestUserData.of(spec("plain text"));
        assertThat(filled.commands()).containsExactly(JOIN);
        assertThat(filled.file("/run/kubeadm/join.yaml").orElseThrow().text()).isEqualTo("plain text");
    }

    @Test
    void namesTheFileThatAsksForMore() {
        assertThatThrownBy(() -> GuestUserData.of(spec("{{ ds.meta_data.region }}")))
                .isInstanceOf(VsphereException.class)
                .hasMessageContaining("/run/kubeadm/join.yaml");
    }

    /** cloud-init takes the document as one: the network comes before everything else. */
    @Test
    void theNetworkIsSetUpByTheSameDocument() throws IOException {
        VmSpec spec = spec("x");
        String text = new String(NetworkSetup.into(GuestUserData.of(spec), spec.nics()), StandardCharsets.UTF_8);
        assertThat(text)
                .startsWith("#cloud-config\n")
                .contains("bootcmd:\n- |\n", "Address=10.44.59.100/24\\nGateway=10.44.59.1\\n")
                .endsWith("- systemctl restart systemd-networkd\n");
        assertThat(CloudInit.read(text).unknownKeys()).containsExactly("bootcmd");
        assertThat(CloudConfigSchemaTest.faults(text)).isEmpty();
    }

    private static VmSpec spec(String file) {
        CloudInit config = new CloudInit(
                "tkc01-workers-1",
                List.of(),
                List.of(WriteFile.of("/run/kubeadm/join.yaml", "0600", file)),
                List.of(JOIN));
        return new VmSpec(
                "tkc01-workers-1",
                new VmPlacement(MoRef.parse("group-v3"), MoRef.parse("resgroup-9"), new UUID(1, 2)),
                VmHardware.bestEffort(2, 2048),
                "ob-1-photon-3-k8s-v1.18.5---vmware.1",
                List.of(Nic.on(
                        MoRef.parse("dvportgroup-33"),
                        InterfaceAddress.parse("10.44.59.100/24"),
                        Ipv4Address.parse("10.44.59.1"))),
                config.toUserData(),
                Map.of());
    }
}
