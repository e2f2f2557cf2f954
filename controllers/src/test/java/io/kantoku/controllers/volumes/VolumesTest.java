package io.kantoku.controllers.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumesTest {
    private final World world = new World("node-lifecycle");

    @BeforeEach
    void node() {
        world.node("n1", 4);
        world.node("n2", 4);
        world.settle();
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private void volume(String name, String size, String more) {
        world.create(
                Resources.PERSISTENT_VOLUMES,
                "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'" + name + "'},'spec':{" + more
                        + "'capacity':{'storage':'" + size + "'},'accessModes':['ReadWriteOnce'],"
                        + "'storageClassName':'local','hostPath':{'path':'/x'}}}");
    }

    private void claim(String name, String size) {
        world.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'" + name
                        + "','namespace':'default'},'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'local',"
                        + "'resources':{'requests':{'storage':'" + size + "'}}}}");
        world.advance(Duration.ofSeconds(1));
    }

    private void storageClass(String mode, String provisioner) {
        world.create(
                Resources.STORAGE_CLASSES,
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'local'},'provisioner':'"
                        + provisioner + "','volumeBindingMode':'" + mode + "'}");
    }

    private void pod(String claim) {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default'},'spec':{"
                        + "'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'" + claim + "'}}],"
                        + "'containers':[{'name':'c','image':'x'}]},'status':{'phase':'Pending'}}");
        world.advance(Duration.ofSeconds(5));
    }

    private KubeObject claimed(String name) {
        return world.get(Resources.PERSISTENT_VOLUME_CLAIMS, name);
    }

    @Test
    void bindsAClaimToTheSmallestVolumeThatIsLargeEnough() {
        storageClass("Immediate", "kubernetes.io/no-provisioner");
        volume("small", "1Gi", "");
        volume("large", "10Gi", "");
        volume("right", "5Gi", "");
        claim("c", "3Gi");
        KubeObject claim = claimed("c");
        assertThat(claim.text("status", "phase")).isEqualTo("Bound");
        assertThat(claim.text("spec", "volumeName")).isEqualTo("right");
        assertThat(claim.text("status", "capacity", "storage")).isEqualTo("5Gi");
        assertThat(claim.annotations()).containsEntry(ClaimController.COMPLETED, "yes");
        KubeObject volume =
                world.client.list(Resources.PERSISTENT_VOLUMES, io.kantoku.client.Query.all()).items().stream()
                        .filter(found -> found.name().equals("right"))
                        .findFirst()
                        .orElseThrow();
        assertThat(volume.text("status", "phase")).isEqualTo("Bound");
        assertThat(volume.text("spec", "claimRef", "uid")).isEqualTo(claim.uid());
        claim("none", "50Gi");
        assertThat(claimed("none").text("status", "phase")).isIn("", "Pending");
        volume("huge", "100Gi", "");
        world.advance(Duration.ofSeconds(1));
        assertThat(claimed("none").text("spec", "volumeName")).isEqualTo("huge");
    }

    @Test
    void waitsForTheFirstConsumerAndGoesWhereItIs() {
        storageClass("WaitForFirstConsumer", "kubernetes.io/no-provisioner");
        volume(
                "on2",
                "5Gi",
                "'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'kubernetes.io/hostname',"
                        + "'operator':'In','values':['n1','n2']}]}]}},");
        claim("c", "1Gi");
        assertThat(claimed("c").text("spec", "volumeName")).isEmpty();
        pod("c");
        assertThat(claimed("c").text("status", "phase")).isEqualTo("Bound");
        assertThat(world.get(Resources.PODS, "p").text("spec", "nodeName")).isIn("n1", "n2");
    }

    @Test
    void keepsAClaimThatAPodUses() {
        storageClass("Immediate", "kubernetes.io/no-provisioner");
        volume("v", "5Gi", "");
        claim("c", "1Gi");
        pod("c");
        world.client.delete(
                Resources.PERSISTENT_VOLUME_CLAIMS, claimed("c").namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(5));
        assertThat(claimed("c").deleting()).isTrue();
        world.client.delete(
                Resources.PODS, world.get(Resources.PODS, "p").namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(5));
        assertThat(world.list(Resources.PERSISTENT_VOLUME_CLAIMS)).isEmpty();
        assertThat(world.client
                        .list(Resources.PERSISTENT_VOLUMES, io.kantoku.client.Query.all())
                        .items())
                .singleElement()
                .satisfies(volume -> assertThat(volume.text("status", "phase")).isEqualTo("Released"));
    }

    @Test
    void leavesClaimsToTheirProvisioner() {
        storageClass("Immediate", "csi.vsphere.vmware.com");
        claim("c", "1Gi");
        assertThat(claimed("c").annotations())
                .containsEntry("volume.kubernetes.io/storage-provisioner", "csi.vsphere.vmware.com");
    }

    @Test
    void makesTheClaimsOfEphemeralVolumes() {
        storageClass("Immediate", "csi.vsphere.vmware.com");
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'e','namespace':'default'},'spec':{"
                        + "'volumes':[{'name':'scratch','ephemeral':{'volumeClaimTemplate':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'local','resources':{'requests':{'storage':'1Gi'}}}}}}],"
                        + "'containers':[{'name':'c','image':'x'}]},'status':{'phase':'Pending'}}");
        world.advance(Duration.ofSeconds(1));
        KubeObject claim = claimed("e-scratch");
        assertThat(claim.labels()).containsEntry("a", "b");
        assertThat(claim.controller().orElseThrow().name()).isEqualTo("e");
    }
}
