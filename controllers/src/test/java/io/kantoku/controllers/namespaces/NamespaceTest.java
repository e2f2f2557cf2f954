package io.kantoku.controllers.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceTest {
    private final World world = new World();
    private final NamespacedName ns1 = NamespacedName.clusterScoped("ns1");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void givesEachNamespaceItsAccountAndCertificates() {
        world.namespace("ns1");
        world.settle();
        assertThat(world.client.find(Resources.SERVICE_ACCOUNTS, new NamespacedName("ns1", "default")))
                .isPresent();
        KubeObject map = world.client.get(Resources.CONFIG_MAPS, new NamespacedName("ns1", "kube-root-ca.crt"));
        assertThat(map.text("data", "ca.crt")).isEqualTo("PEM of supervisor");
        world.client.delete(Resources.CONFIG_MAPS, map.namespacedName(), DeleteOptions.background());
        world.client.delete(
                Resources.SERVICE_ACCOUNTS, new NamespacedName("ns1", "default"), DeleteOptions.background());
        world.settle();
        assertThat(world.client.find(Resources.CONFIG_MAPS, map.namespacedName()))
                .isPresent();
        assertThat(world.client.find(Resources.SERVICE_ACCOUNTS, new NamespacedName("ns1", "default")))
                .isPresent();
    }

    @Test
    void emptiesANamespaceAndLetsItGo() {
        world.namespace("ns1");
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'ns1'},'spec':{'containers':[]}}");
        world.settle();
        world.client.delete(Resources.NAMESPACES, ns1, DeleteOptions.background());
        world.settle();
        assertThat(world.client.find(Resources.NAMESPACES, ns1)).isEmpty();
        assertThat(world.client.list(Resources.PODS, Query.in("ns1")).items()).isEmpty();
        assertThat(world.client.list(Resources.CONFIG_MAPS, Query.in("ns1")).items())
                .isEmpty();
        assertThat(world.failing()).isEmpty();
    }

    @Test
    void saysWhatANamespaceWaitsFor() {
        world.namespace("ns1");
        world.create(
                Resources.CONFIG_MAPS,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':'ns1','finalizers':['example.org/hold']}}");
        world.settle();
        world.client.delete(Resources.NAMESPACES, ns1, DeleteOptions.background());
        world.settle();
        KubeObject namespace = world.client.get(Resources.NAMESPACES, ns1);
        assertThat(Conditions.find(namespace, "NamespaceContentRemaining")
                        .orElseThrow()
                        .message())
                .isEqualTo("Some resources are remaining: configmaps. has 1 resource instances");
        assertThat(Conditions.find(namespace, "NamespaceFinalizersRemaining")
                        .orElseThrow()
                        .message())
                .isEqualTo(
                        "Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances");
        KubeObject held = world.client.get(Resources.CONFIG_MAPS, new NamespacedName("ns1", "m"));
        held.metadata().remove("finalizers");
        world.client.update(Resources.CONFIG_MAPS, held);
        world.settle();
        assertThat(world.client.find(Resources.NAMESPACES, ns1))
                .as("the end of its last object ends the namespace at once")
                .isEmpty();
    }

    @Test
    void emptiesNamespacesOfCustomResources() {
        world.create(
                Resources.CUSTOM_RESOURCE_DEFINITIONS,
                "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'widgets.example.org'},"
                        + "'spec':{'group':'example.org','scope':'Namespaced','names':{'plural':'widgets','kind':'Widget'},"
                        + "'versions':[{'name':'v1','served':true,'storage':true}]}}");
        world.namespace("ns1");
        world.settle();
        var widgets = new io.kantoku.apimachinery.GroupVersionResource("example.org", "v1", "widgets");
        world.create(
                widgets, "{'apiVersion':'example.org/v1','kind':'Widget','metadata':{'name':'w','namespace':'ns1'}}");
        world.settle();
        world.client.delete(Resources.NAMESPACES, ns1, DeleteOptions.background());
        world.settle();
        assertThat(world.client.find(Resources.NAMESPACES, ns1)).isEmpty();
        assertThat(world.client.list(widgets, Query.all()).items()).isEmpty();
    }
}
