package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.kubelet.Taint;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.kubelet.kubeadm.ApiEndpoint;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.kubelet.kubeadm.NodeRegistration;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Plans one of the three control VMs of a Supervisor: its cards, and the bootstrap data that makes it a master. Pure.
 *
 * @param index 0 for the first, which begins the cluster; 1 and 2 join it
 * @param version of Kubernetes
 */
record ControlVm(int index, EnableSpec spec, SupervisorKeys keys, String version) {
    /** How many there are. */
    static final int COUNT = 3;

    /** The key in a machine's metadata of its Kubernetes version. */
    private static final String VERSION = "kantoku.io/kubernetes-version";

    /** Asks for the front beside the API: the plugin download and {@code /wcp}. */
    static final String FRONT_FILE = "/etc/kantoku/supervisor-front";

    private static final int API_PORT = 6443;
    private static final String CONFIG = "/run/kubeadm/kubeadm.yaml";
    private static final String MASTER = "node-role.kubernetes.io/master";

    String name() {
        return ControlVms.NAME_PREFIX + " (" + (index + 1) + ")";
    }

    Ipv4Address managementAddress() {
        return spec.management().control(index);
    }

    Ipv4Address workloadAddress() {
        return spec.primary().ranges().getFirst().first().plus(index);
    }

    VmSpec vmSpec(MoRef folder, MoRef pool, UUID storagePolicy) {
        return new VmSpec(
                name(),
                new VmPlacement(folder, pool, storagePolicy, "supervisor-control-plane"),
                VmHardware.bestEffort(spec.size().cpus(), spec.size().memoryMiB()),
                "",
                List.of(
                        Nic.on(
                                MoRef.parse(spec.management().network()),
                                new InterfaceAddress(
                                        managementAddress(),
                                        spec.management().subnet().prefix()),
                                spec.management().gateway()),
                        Nic.on(
                                MoRef.parse(spec.primary().portGroup()),
                                new InterfaceAddress(
                                        workloadAddress(),
                                        spec.primary().subnet().prefix()),
                                spec.primary().gateway())),
                cloudInit().toUserData(),
                Map.of(
                        "role",
                        "supervisor-control-plane",
                        VmSpec.CLUSTER,
                        ClusterId.SUPERVISOR.value(),
                        VERSION,
                        version));
    }

    /** The Kubernetes version that a machine was made with. */
    static String versionOf(VirtualMachine vm) {
        return vm.spec().metadata().getOrDefault(VERSION, SupervisorVersions.FIRST);
    }

    CloudInit cloudInit() {
        ControlPlaneKeys pki = keys.controlPlane();
        List<WriteFile> files = new ArrayList<>();
        files.add(pki("ca.crt", "0644", pki.caCertificate()));
        files.add(pki("ca.key", "0600", pki.caKey()));
        files.add(pki("front-proxy-ca.crt", "0644", pki.frontProxyCaCertificate()));
        files.add(pki("front-proxy-ca.key", "0600", pki.frontProxyCaKey()));
        files.add(pki("sa.key", "0600", pki.serviceAccountKey()));
        files.add(pki("sa.pub", "0644", pki.serviceAccountPublicKey()));
        files.add(WriteFile.of(
                CONFIG,
                "0600",
                Yaml.writeAll(
                        KubeadmWriter.forMinor(ReleaseVersion.parse(version).minor())
                                .write(kubeadm()))));
        files.add(WriteFile.of(FRONT_FILE, "0644", "port: 443\n"));
        String verb = index == 0 ? "init" : "join";
        return new CloudInit(
                "", List.of(), files, List.of(new Command.Shell("kubeadm " + verb + " --config " + CONFIG)));
    }

    private KubeadmConfig kubeadm() {
        ApiEndpoint endpoint = new ApiEndpoint(workloadAddress().toString(), API_PORT);
        NodeRegistration node = new NodeRegistration(
                "{{ ds.meta_data.node_name }}",
                List.of(new Taint(MASTER, "", "NoSchedule")),
                Map.of(
                        "node-labels",
                        MASTER + "=",
                        "node-ip",
                        workloadAddress().toString(),
                        "provider-id",
                        "vsphere://{{ ds.meta_data.instance_id }}"));
        String control = spec.firstVip() + ":" + API_PORT;
        if (index > 0) {
            return new KubeadmConfig.Join(
                    new Discovery(keys.bootstrapToken(), control, List.of(authorityHash())), endpoint, node);
        }
        List<String> names = new ArrayList<>(spec.masterDnsNames());
        names.add(spec.firstVip().toString());
        names.add(spec.management().floatingIp().toString());
        ClusterConfiguration cluster = new ClusterConfiguration(
                "supervisor", version, control, "", spec.serviceCidr().toString(), "cluster.local", names);
        return new KubeadmConfig.Init(cluster, endpoint, node);
    }

    private String authorityHash() {
        try {
            byte[] key = Pem.certificates(keys.controlPlane().caCertificate())
                    .getFirst()
                    .getPublicKey()
                    .getEncoded();
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static WriteFile pki(String name, String permissions, String content) {
        return WriteFile.of(ControlPlaneKeys.DIRECTORY + name, permissions, content);
    }
}
