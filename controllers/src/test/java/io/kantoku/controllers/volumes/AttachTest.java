package io.kantoku.controllers.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachTest {
    private static final String ON_NODE = "kubernetes.io/csi/csi.example.com^disk-1";

    private final World world = new World("node-lifecycle");

    @BeforeEach
    void volume() {
        world.node("n1", 4);
        world.node("n2", 4);
        world.create(
                Resources.PERSISTENT_VOLUMES,
                "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'v'},'spec':{"
                        + "'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'storageClassName':'fast',"
                        + "'csi':{'driver':'csi.example.com','volumeHandle':'disk-1'}}}");
        world.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c','namespace':'default'},"
                        + "'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'fast','volumeName':'v',"
                        + "'resources':{'requests':{'storage':'1Gi'}}}}");
        world.advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    @Test
    void attachmentsThatOthersMakeAreTheirs() {
        world.create(
                Resources.VOLUME_ATTACHMENTS,
                "{'apiVersion':'storage.k8s.io/v1','kind':'VolumeAttachment','metadata':{'name':'theirs'},'spec':{"
                        + "'attacher':'e2e.example.com','nodeName':'n1','source':{'persistentVolumeName':'none'}}}");
        world.advance(Duration.ofSeconds(1));

        assertThat(attachments()).extracting(KubeObject::name).containsExactly("theirs");
    }

    private void pod(String name, String node) {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name + "','namespace':'default'},'spec':{"
                        + "'nodeName':'" + node
                        + "','volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'c'}}],"
                        + "'containers':[{'name':'c','image':'x'}]},'status':{'phase':'Pending'}}");
        world.advance(Duration.ofSeconds(1));
    }

    private List<KubeObject> attachments() {
        return world.client.list(Resources.VOLUME_ATTACHMENTS, Query.all()).items();
    }

    private void attached(boolean attached, String error) {
        KubeObject attachment = attachments().getFirst();
        attachment.status().put("attached", attached);
        if (!error.isEmpty()) {
            attachment.status().putObject("attachError").put("message", error);
        }
        world.client.updateStatus(Resources.VOLUME_ATTACHMENTS, attachment);
        world.advance(Duration.ofSeconds(1));
    }

    private List<String> onNode(String name) {
        return world.client
                .get(Resources.NODES, NamespacedName.clusterScoped(name))
                .at("status", "volumesAttached")
                .findValuesAsText("name");
    }

    private List<String> events(String reason) {
        return world.client.list(Resources.EVENTS, Query.all()).items().stream()
                .filter(event -> event.text("reason").equals(reason))
                .map(event -> event.text("involvedObject", "name") + ": " + event.text("message"))
                .toList();
    }

    @Test
    void attachesAVolumeWhereItsPodIsAndSaysSo() {
        pod("p", "n1");
        assertThat(attachments()).singleElement().satisfies(attachment -> {
            assertThat(attachment.text("spec", "attacher")).isEqualTo("csi.example.com");
            assertThat(attachment.text("spec", "nodeName")).isEqualTo("n1");
            assertThat(attachment.name()).matches("csi-[0-9a-f]{64}");
        });
        attached(false, "no such machine");
        assertThat(events("FailedAttachVolume"))
                .containsExactly("p: AttachVolume.Attach failed for volume \"v\" : no such machine");
        assertThat(onNode("n1")).isEmpty();
        attached(true, "");
        assertThat(onNode("n1")).containsExactly(ON_NODE);
        assertThat(events("SuccessfulAttachVolume"))
                .containsExactly("p: AttachVolume.Attach succeeded for volume \"v\" ");
    }

    @Test
    void aVolumeOfOneNodeFollowsWhenThePodsOfTheOtherAreGone() {
        pod("p", "n1");
        attached(true, "");
        pod("q", "n2");
        assertThat(attachments()).hasSize(1);
        assertThat(events("FailedAttachVolume"))
                .containsExactly("q: Multi-Attach error for volume \"v\" Volume is already used by pod(s) p");

        world.client.delete(
                Resources.PODS, world.get(Resources.PODS, "p").namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(1));
        assertThat(attachments())
                .singleElement()
                .satisfies(attachment ->
                        assertThat(attachment.text("spec", "nodeName")).isEqualTo("n2"));
        assertThat(onNode("n1")).isEmpty();
    }

    @Test
    void leavesVolumesAloneThatNeedNoAttachment() {
        world.create(
                Resources.CSI_DRIVERS,
                "{'apiVersion':'storage.k8s.io/v1','kind':'CSIDriver','metadata':{'name':'csi.example.com'},"
                        + "'spec':{'attachRequired':false}}");
        pod("p", "n1");
        assertThat(attachments()).isEmpty();
    }

    @Test
    void aPodThatHasEndedNeedsItsVolumeNoMore() {
        pod("p", "n1");
        attached(true, "");
        KubeObject pod = world.get(Resources.PODS, "p");
        pod.status().put("phase", "Succeeded");
        world.client.updateStatus(Resources.PODS, pod);
        world.advance(Duration.ofSeconds(1));
        assertThat(attachments()).isEmpty();
    }
}
