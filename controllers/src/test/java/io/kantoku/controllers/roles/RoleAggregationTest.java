package io.kantoku.controllers.roles;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleAggregationTest {
    @Test
    void rulesAreThoseOfTheSelectedRolesAsTheyAreNow() {
        try (World world = new World()) {
            role(world, "sum", "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'to':'sum'}}]},", "", "");
            role(world, "more", "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'to':'more'}}]},", "", "");
            role(world, "one", "", "'to':'sum'", "pods");
            role(world, "two", "", "'to':'sum'", "secrets");
            role(world, "other", "", "'to':'else'", "nodes");
            world.settle();
            assertThat(resources(world, "sum")).containsExactly("pods", "secrets");
            assertThat(resources(world, "more")).isEmpty();

            KubeObject sum = get(world, "sum");
            world.client.update(Resources.CLUSTER_ROLES, sum.label("to", "more"));
            world.settle();
            assertThat(resources(world, "more")).containsExactly("pods", "secrets");

            KubeObject other = get(world, "other");
            world.client.update(Resources.CLUSTER_ROLES, other.label("to", "sum"));
            world.client.delete(
                    Resources.CLUSTER_ROLES, NamespacedName.clusterScoped("one"), DeleteOptions.background());
            world.settle();
            assertThat(resources(world, "sum")).containsExactly("nodes", "secrets");
            assertThat(resources(world, "more")).containsExactly("nodes", "secrets");
            assertThat(world.failing()).isEmpty();
        }
    }

    @Test
    void rulesInAnotherOrderAreLeftAsTheyAre() {
        try (World world = new World()) {
            role(world, "one", "", "'to':'sum'", "pods");
            role(world, "two", "", "'to':'sum'", "secrets");
            role(
                    world,
                    "sum",
                    "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'to':'sum'}}]},",
                    "",
                    "secrets",
                    "pods");
            String version = get(world, "sum").resourceVersion();
            world.settle();
            assertThat(get(world, "sum").resourceVersion()).isEqualTo(version);
        }
    }

    private static KubeObject get(World world, String name) {
        return world.client.get(Resources.CLUSTER_ROLES, NamespacedName.clusterScoped(name));
    }

    private static List<String> resources(World world, String name) {
        List<String> resources = new ArrayList<>();
        get(world, name)
                .at("rules")
                .forEach(rule -> resources.add(rule.path("resources").get(0).asText()));
        return resources;
    }

    private static void role(World world, String name, String aggregation, String labels, String... resources) {
        List<String> rules = new ArrayList<>();
        for (String resource : resources) {
            if (!resource.isEmpty()) {
                rules.add("{'verbs':['get'],'apiGroups':[''],'resources':['" + resource + "']}");
            }
        }
        world.create(
                Resources.CLUSTER_ROLES,
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole'," + aggregation
                        + "'metadata':{'name':'" + name + "','labels':{" + labels + "}},'rules':["
                        + String.join(",", rules) + "]}");
    }
}
