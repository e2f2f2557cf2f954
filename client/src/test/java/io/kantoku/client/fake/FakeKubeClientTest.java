package io.kantoku.client.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import org.junit.jupiter.api.Test;

class FakeKubeClientTest {
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");

    private final Simulation simulation = new Simulation();
    private final KubeClient client = FakeClusters.in(simulation).cluster(ClusterId.SUPERVISOR);

    private KubeObject pod(String name) {
        return client.create(Resources.PODS, KubeObject.create(POD, "ns1", name).label("app", name));
    }

    @Test
    void refusesAnUpdateOfAnOldVersion() {
        KubeObject old = pod("a");
        client.update(Resources.PODS, old.copy().label("x", "y"));
        assertThatThrownBy(() -> client.update(Resources.PODS, old.label("x", "z")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isConflict()).isTrue());
    }

    @Test
    void keepsSpecAndStatusApart() {
        KubeObject pod = pod("a");
        pod.spec().put("x", 1);
        pod.status().put("phase", "Running");
        KubeObject updated = client.update(Resources.PODS, pod);
        assertThat(updated.text("status", "phase")).isEqualTo("Pending");
        assertThat(updated.generation()).isEqualTo(2);
        updated.spec().put("x", 2);
        updated.status().put("phase", "Running");
        KubeObject running = client.updateStatus(Resources.PODS, updated);
        assertThat(running.text("spec", "x")).isEqualTo("1");
        assertThat(running.text("status", "phase")).isEqualTo("Running");
        assertThat(running.generation()).isEqualTo(2);
    }

    @Test
    void givesNoNewVersionToAWriteThatChangesNothing() {
        KubeObject pod = pod("a");
        assertThat(client.update(Resources.PODS, pod).resourceVersion()).isEqualTo(pod.resourceVersion());
    }

    @Test
    void waitsForFinalizersBeforeAnObjectGoes() {
        KubeObject pod = KubeObject.create(POD, "ns1", "a");
        pod.metadata().putArray("finalizers").add("example.org/hold");
        pod = client.create(Resources.PODS, pod);
        client.delete(Resources.PODS, pod.namespacedName(), DeleteOptions.background());
        KubeObject deleting = client.get(Resources.PODS, pod.namespacedName());
        assertThat(deleting.deleting()).isTrue();
        deleting.metadata().remove("finalizers");
        client.update(Resources.PODS, deleting);
        assertThat(client.find(Resources.PODS, pod.namespacedName())).isEmpty();
    }

    @Test
    void keepsAPodOnANodeUntilItsKubeletConfirms() {
        KubeObject pod = pod("a");
        KubeObject binding = KubeObject.create(new GroupVersionKind("", "v1", "Binding"), "ns1", "a");
        binding.json().putObject("target").put("kind", "Node").put("name", "n1");
        client.post(Resources.PODS, pod.namespacedName(), "binding", binding);
        client.delete(Resources.PODS, pod.namespacedName(), DeleteOptions.background());
        assertThat(client.get(Resources.PODS, pod.namespacedName()).deleting()).isTrue();
        client.delete(
                Resources.PODS, pod.namespacedName(), new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
        assertThat(client.find(Resources.PODS, pod.namespacedName())).isEmpty();
    }

    @Test
    void generatesNamesAndSelectsByLabelAndField() {
        KubeObject generated = KubeObject.create(POD, "ns1", "");
        generated.metadata().put("name", "").put("generateName", "web-");
        String first = client.create(Resources.PODS, generated).name();
        String second = client.create(Resources.PODS, generated).name();
        assertThat(first).startsWith("web-").hasSize(9).isNotEqualTo(second);
        pod("a");
        assertThat(client.list(Resources.PODS, Query.in("ns1").labelled("app=a"))
                        .items())
                .hasSize(1);
        assertThat(client.list(Resources.PODS, Query.in("ns1").labelled("app!=a"))
                        .items())
                .hasSize(2);
        assertThat(client.list(Resources.PODS, Query.all().where("metadata.name=a"))
                        .items())
                .hasSize(1);
        assertThat(client.list(Resources.PODS, Query.in("other")).items()).isEmpty();
    }

    @Test
    void refusesNewContentInATerminatingNamespace() {
        client.create(Resources.NAMESPACES, KubeObject.create(new GroupVersionKind("", "v1", "Namespace"), "", "ns1"));
        NamespacedName ns1 = NamespacedName.clusterScoped("ns1");
        client.delete(Resources.NAMESPACES, ns1, DeleteOptions.background());
        assertThatThrownBy(() -> pod("late")).isInstanceOf(ApiException.class).hasMessageContaining("terminated");
        var finalize = Json.object();
        finalize.putObject("spec").putArray("finalizers");
        client.patch(Resources.NAMESPACES, ns1, Patch.merge(finalize), "finalize");
        assertThat(client.find(Resources.NAMESPACES, ns1)).isEmpty();
    }
}
