package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.volumes.ClaimController;
import io.kantoku.controllers.volumes.VolumeController;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.embedded.EmbeddedOptions;
import io.kantoku.vsphere.machine.StopMode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims of a vSphere Namespace and of a guest cluster, with the real binder. */
class VolumesTest {
    @TempDir
    Path disks;

    private TkgWorld world;
    private ControllerGroup binder;

    @BeforeEach
    void start() {
        start(EmbeddedOptions.defaults());
    }

    private void start(EmbeddedOptions options) {
        world = new TkgWorld(disks, options, "127.44.59.51", 49, "127.44.59.100", 155);
        ClaimController claims = new ClaimController(world.clusters, InstantSource.system());
        binder = new ControllerGroup(
                        world.clusters,
                        ControllerSettings.standard(),
                        List.of(
                                Controller.named("binder")
                                        .kind("PersistentVolumeClaim")
                                        .reconciler(claims)
                                        .watches(Resources.PERSISTENT_VOLUME_CLAIMS, Mapper.self())
                                        .watches(Resources.PERSISTENT_VOLUMES, claims.volumes())
                                        .watches(Resources.STORAGE_CLASSES, claims.classes())
                                        .build(),
                                Controller.named("volumes")
                                        .kind("PersistentVolume")
                                        .reconciler(new VolumeController(world.clusters))
                                        .watches(Resources.PERSISTENT_VOLUMES, Mapper.self())
                                        .watches(Resources.PERSISTENT_VOLUME_CLAIMS, VolumeController.claims())
                                        .build()))
                .start();
    }

    @AfterEach
    void close() {
        binder.close();
        world.close();
    }

    private static KubeObject claim(String namespace, String name, String size, String more) {
        return TkgWorld.object(Kinds.PERSISTENT_VOLUME_CLAIM, """
                metadata: {namespace: %s, name: %s}
                spec: {accessModes: [ReadWriteOnce], storageClassName: k8s-storage, resources: {requests: {storage: %s}}%s}
                """.formatted(namespace, name, size, more));
    }

    private KubeObject bound(ClusterId cluster, String namespace, String name, String size) throws Exception {
        return world.await(
                cluster,
                Kinds.PERSISTENT_VOLUME_CLAIM,
                new NamespacedName(namespace, name),
                claim -> claim.text("status", "phase").equals("Bound")
                        && claim.text("status", "capacity", "storage").equals(size));
    }

    private KubeObject volume(ClusterId cluster, KubeObject claim) {
        return world.clusters
                .cluster(cluster)
                .get(Resources.PERSISTENT_VOLUMES, NamespacedName.clusterScoped(claim.text("spec", "volumeName")));
    }

    private List<String> eventsOf(ClusterId cluster, KubeObject claim) {
        return world.clusters.cluster(cluster).list(Resources.EVENTS, Query.in(claim.namespace())).items().stream()
                .filter(event -> event.text("involvedObject", "uid").equals(claim.uid()))
                .map(event -> event.text("reason") + " " + event.text("message"))
                .toList();
    }

    private static void eventually(String what, BooleanSupplier state) throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            if (state.getAsBoolean()) {
                return;
            }
            Thread.sleep(25); // bounded: the error below says what did not come
        }
        throw new AssertionError(what);
    }

    private ClusterId cluster() throws Exception {
        world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 2));
        KubeObject tkc =
                world.await(Kinds.TANZU_CLUSTER, TkgWorld.NS, "tkc01", found -> Conditions.isTrue(found, "Ready"));
        ClusterId guest = GuestClusterId.of(tkc).orElseThrow();
        world.await(guest, Kinds.STORAGE_CLASS, NamespacedName.clusterScoped("k8s-storage"), found -> true);
        return guest;
    }

    private KubeObject tkc() {
        return world.supervisor().get(Kinds.TANZU_CLUSTER.resource(), new NamespacedName(TkgWorld.NS, "tkc01"));
    }

    private void delete(ClusterId cluster, Kind kind, KubeObject object) {
        world.clusters.cluster(cluster).delete(kind.resource(), object.namespacedName(), DeleteOptions.background());
    }

    @Test
    void aClaimOfANamespaceGetsADisk() throws Exception {
        world.supervisor().create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim(TkgWorld.NS, "data", "1500Ki", ""));
        KubeObject claim = bound(ClusterId.SUPERVISOR, TkgWorld.NS, "data", "2Mi");
        VirtualDisk disk = world.inventory.disks().list().getFirst();
        KubeObject volume = volume(ClusterId.SUPERVISOR, claim);
        assertThat(volume.name()).isEqualTo("pvc-" + claim.uid()).isEqualTo(disk.name());
        assertThat(disk.capacityMiB()).isEqualTo(2);
        assertThat(volume.text("spec", "csi", "volumeHandle"))
                .isEqualTo(disk.id().toString());
        assertThat(volume.text("spec", "persistentVolumeReclaimPolicy")).isEqualTo("Delete");
        String succeeded = "ProvisioningSucceeded Successfully provisioned volume " + volume.name();
        eventually(
                "no Event says so", () -> eventsOf(ClusterId.SUPERVISOR, claim).contains(succeeded));
        assertThat(eventsOf(ClusterId.SUPERVISOR, claim))
                .anyMatch(event -> event.startsWith("ExternalProvisioning "))
                .contains("Provisioning External provisioner is provisioning volume for claim \"ns1/data\"");

        delete(ClusterId.SUPERVISOR, Kinds.PERSISTENT_VOLUME_CLAIM, claim);
        world.awaitGone(Kinds.PERSISTENT_VOLUME, "", volume.name());
        assertThat(world.inventory.disks().list()).isEmpty();
    }

    @Test
    void aClaimThatCannotBeServedSaysWhy() throws Exception {
        world.supervisor().create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim(TkgWorld.NS, "huge", "900Ti", ""));
        KubeObject claim = world.await(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                TkgWorld.NS,
                "huge",
                found -> Conditions.find(found, "Provisioned").isPresent());
        assertThat(Conditions.find(claim, "Provisioned").orElseThrow().reason()).isEqualTo("ResourceExhausted");
        assertThat(eventsOf(ClusterId.SUPERVISOR, claim))
                .anyMatch(event -> event.startsWith("ProvisioningFailed failed to provision volume with StorageClass"
                        + " \"k8s-storage\": rpc error: code = ResourceExhausted desc = the disk of '"));
    }

    @Test
    void aClaimOfAGuestBecomesAClaimOfItsNamespace() throws Exception {
        ClusterId guest = cluster();
        world.clusters
                .cluster(guest)
                .create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim("default", "data", "1Gi", ""));
        KubeObject claim = bound(guest, "default", "data", "1Gi");
        KubeObject volume = volume(guest, claim);
        String handle = tkc().uid() + "-" + claim.uid();
        assertThat(volume.text("spec", "csi", "volumeHandle")).isEqualTo(handle);
        assertThat(volume.text("spec", "csi", "driver")).isEqualTo("csi.vsphere.vmware.com");
        assertThat(volume.text("spec", "csi", "volumeAttributes", "type")).isEqualTo("vSphere CNS Block Volume");
        KubeObject supervisorClaim = bound(ClusterId.SUPERVISOR, TkgWorld.NS, handle, "1Gi");
        assertThat(supervisorClaim.ownerReferences())
                .anyMatch(owner -> owner.uid().equals(tkc().uid()));

        KubeObject larger =
                world.clusters.cluster(guest).get(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim.namespacedName());
        larger.spec()
                .withObjectProperty("resources")
                .withObjectProperty("requests")
                .put("storage", "3Gi");
        world.clusters.cluster(guest).update(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), larger);
        bound(guest, "default", "data", "3Gi");
        bound(ClusterId.SUPERVISOR, TkgWorld.NS, handle, "3Gi");
        assertThat(world.inventory.disks().list().getFirst().capacityMiB()).isEqualTo(3072);

        delete(guest, Kinds.PERSISTENT_VOLUME_CLAIM, claim);
        world.awaitGone(Kinds.PERSISTENT_VOLUME_CLAIM, TkgWorld.NS, handle);
        eventually("the disk stays", () -> world.inventory.disks().list().isEmpty());
        eventually(
                "the guest's volume stays",
                () -> world.clusters
                        .cluster(guest)
                        .find(Resources.PERSISTENT_VOLUMES, volume.namespacedName())
                        .isEmpty());
    }

    @Test
    void aVolumeThatIsRetainedOutlivesItsClaimAndItsObject() throws Exception {
        ClusterId guest = cluster();
        var api = world.clusters.cluster(guest);
        api.create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim("default", "data", "1Gi", ""));
        KubeObject claim = bound(guest, "default", "data", "1Gi");
        String handle = volume(guest, claim).text("spec", "csi", "volumeHandle");
        world.clusters.mutate(
                guest,
                Resources.PERSISTENT_VOLUMES,
                NamespacedName.clusterScoped(claim.text("spec", "volumeName")),
                volume -> volume.spec().put("persistentVolumeReclaimPolicy", "Retain"));
        delete(guest, Kinds.PERSISTENT_VOLUME_CLAIM, claim);
        KubeObject released = world.await(
                guest,
                Kinds.PERSISTENT_VOLUME,
                NamespacedName.clusterScoped(claim.text("spec", "volumeName")),
                volume -> volume.text("status", "phase").equals("Released"));
        delete(guest, Kinds.PERSISTENT_VOLUME, released);
        eventually(
                "the guest's volume stays",
                () -> api.find(Resources.PERSISTENT_VOLUMES, released.namespacedName())
                        .isEmpty());
        world.restart(); // which looks at all claims again
        world.supervisor().create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim(TkgWorld.NS, "later", "1Gi", ""));
        bound(ClusterId.SUPERVISOR, TkgWorld.NS, "later", "1Gi");
        bound(ClusterId.SUPERVISOR, TkgWorld.NS, handle, "1Gi");
        assertThat(world.inventory.disks().list()).hasSize(2);
    }

    @Test
    void whatTheDriverCannotDoIsSaidOnTheGuestsClaim() throws Exception {
        ClusterId guest = cluster();
        KubeObject many = claim("default", "many", "1Gi", "");
        many.spec().putArray("accessModes").add("ReadWriteMany");
        world.clusters.cluster(guest).create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), many);
        world.clusters
                .cluster(guest)
                .create(
                        Kinds.PERSISTENT_VOLUME_CLAIM.resource(),
                        claim("default", "raw", "1Gi", ", volumeMode: Block"));
        world.clusters
                .cluster(guest)
                .create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim("default", "huge", "900Ti", ""));
        for (String[] refused : new String[][] {
            {"many", "InvalidArgument", "File volume provisioning is not supported"},
            {"raw", "InvalidArgument", "raw block volumes are not supported"},
            {"huge", "Internal", "does not fit on datastore01"}
        }) {
            KubeObject claim = world.await(
                    guest,
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    new NamespacedName("default", refused[0]),
                    found -> Conditions.find(found, "Provisioned").isPresent());
            assertThat(Conditions.find(claim, "Provisioned").orElseThrow()).satisfies(why -> {
                assertThat(why.reason()).isEqualTo(refused[1]);
                assertThat(why.message()).contains(refused[2]);
            });
        }
        // What was begun for a claim goes with it.
        delete(
                guest,
                Kinds.PERSISTENT_VOLUME_CLAIM,
                world.clusters
                        .cluster(guest)
                        .get(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), new NamespacedName("default", "huge")));
        eventually(
                "the claim on the Supervisor stays",
                () -> world.supervisor()
                        .list(Resources.PERSISTENT_VOLUME_CLAIMS, Query.in(TkgWorld.NS))
                        .items()
                        .isEmpty());
    }

    @Test
    void aDiskIsBroughtToTheMachineOfANodeAndTakenAway() throws Exception {
        ClusterId guest = cluster();
        world.clusters
                .cluster(guest)
                .create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim("default", "data", "1Gi", ""));
        KubeObject claim = bound(guest, "default", "data", "1Gi");
        List<String> nodes =
                world.supervisor().list(Kinds.VIRTUAL_MACHINE.resource(), Query.in(TkgWorld.NS)).items().stream()
                        .map(KubeObject::name)
                        .filter(name -> name.contains("workers"))
                        .toList();
        KubeObject first = attach(guest, "csi-1", claim.text("spec", "volumeName"), nodes.get(0));
        VirtualDisk disk = world.inventory.disks().list().getFirst();
        assertThat(first.text("status", "attachmentMetadata", "diskUUID"))
                .isEqualTo(disk.id().toString());
        assertThat(machine(disk)).contains(nodes.get(0));

        MoRef off = world.inventory
                .disks()
                .find(disk.id())
                .orElseThrow()
                .attachedTo()
                .orElseThrow();
        world.inventory.machines().powerOff(off, StopMode.HARD);
        delete(guest, Kinds.VOLUME_ATTACHMENT, first);
        eventually("the disk stays attached", () -> machine(disk).isEmpty());
        world.await(
                Kinds.VIRTUAL_MACHINE,
                TkgWorld.NS,
                nodes.get(0),
                vm -> vm.at("status", "observedGeneration").asLong() == vm.generation());
        assertThat(world.inventory.machines().get(off).isOn()).isFalse();
        attach(guest, "csi-2", claim.text("spec", "volumeName"), nodes.get(1));
        assertThat(machine(disk)).contains(nodes.get(1));

        world.supervisor().delete(Kinds.TANZU_CLUSTER.resource(), tkc().namespacedName(), DeleteOptions.background());
        world.awaitGone(Kinds.TANZU_CLUSTER, TkgWorld.NS, "tkc01");
        eventually("the disk stays", () -> world.inventory.disks().list().isEmpty());
    }

    private Optional<String> machine(VirtualDisk disk) {
        return world.inventory
                .disks()
                .find(disk.id())
                .flatMap(VirtualDisk::attachedTo)
                .map(vm -> world.inventory.machines().get(vm).name());
    }

    private KubeObject attach(ClusterId guest, String name, String volume, String node) throws Exception {
        KubeObject attachment = TkgWorld.object(Kinds.VOLUME_ATTACHMENT, """
                metadata: {name: %s}
                spec: {attacher: csi.vsphere.vmware.com, nodeName: %s, source: {persistentVolumeName: %s}}
                """.formatted(name, node, volume));
        world.clusters.cluster(guest).create(Kinds.VOLUME_ATTACHMENT.resource(), attachment);
        return world.await(
                guest,
                Kinds.VOLUME_ATTACHMENT,
                NamespacedName.clusterScoped(name),
                found -> found.at("status", "attached").asBoolean());
    }

    @Test
    void aVolumeThatNamesAnothersClaimIsNotAttached() throws Exception {
        ClusterId guest = cluster();
        world.supervisor().create(Kinds.PERSISTENT_VOLUME_CLAIM.resource(), claim(TkgWorld.NS, "secret", "1Gi", ""));
        bound(ClusterId.SUPERVISOR, TkgWorld.NS, "secret", "1Gi");
        world.clusters
                .cluster(guest)
                .create(Kinds.PERSISTENT_VOLUME.resource(), TkgWorld.object(Kinds.PERSISTENT_VOLUME, """
                metadata: {name: thief, annotations: {pv.kubernetes.io/provisioned-by: csi.vsphere.vmware.com}}
                spec:
                  accessModes: [ReadWriteOnce]
                  capacity: {storage: 1Gi}
                  csi: {driver: csi.vsphere.vmware.com, volumeHandle: secret}
                """));
        world.clusters
                .cluster(guest)
                .create(Kinds.VOLUME_ATTACHMENT.resource(), TkgWorld.object(Kinds.VOLUME_ATTACHMENT, """
                metadata: {name: theft}
                spec: {attacher: csi.vsphere.vmware.com, nodeName: %s, source: {persistentVolumeName: thief}}
                """.formatted(
                                world.inventory.machines().list().stream()
                                        .map(vm -> vm.name())
                                        .filter(name -> name.contains("workers"))
                                        .findFirst()
                                        .orElseThrow())));
        world.await(
                guest,
                Kinds.VOLUME_ATTACHMENT,
                NamespacedName.clusterScoped("theft"),
                found -> found.text("status", "attachError", "message")
                        .contains("is not one that this cluster has made"));
        assertThat(world.inventory.disks().list())
                .allMatch(disk -> disk.attachedTo().isEmpty());
    }
}
