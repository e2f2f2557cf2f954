package io.kantoku.controllers.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import org.junit.jupiter.api.Test;

class QuotaTest {
    @Test
    void countsWhatANamespaceUses() {
        try (World world = new World("node-lifecycle")) {
            world.create(
                    Resources.RESOURCE_QUOTAS,
                    "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'default'},'spec':{'hard':{"
                            + "'pods':'10','requests.cpu':'4','limits.memory':'8Gi','services.loadbalancers':'1','count/deployments.apps':'5',"
                            + "'fast.storageclass.storage.k8s.io/requests.storage':'100Gi'}}}");
            world.settle();
            KubeObject quota = world.get(Resources.RESOURCE_QUOTAS, "q");
            assertThat(quota.text("status", "used", "pods")).isEqualTo("0");
            assertThat(quota.at("status", "hard")).isEqualTo(quota.at("spec", "hard"));
            world.create(
                    Resources.PODS,
                    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default'},'spec':{'containers':["
                            + "{'name':'c','resources':{'requests':{'cpu':'500m'},'limits':{'memory':'1Gi'}}}]}}");
            world.create(
                    Resources.SERVICES,
                    "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','namespace':'default'},'spec':{'type':'LoadBalancer'}}");
            world.create(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c','namespace':'default'},'spec':{"
                            + "'storageClassName':'fast','resources':{'requests':{'storage':'5Gi'}}}}");
            world.settle();
            quota = world.get(Resources.RESOURCE_QUOTAS, "q");
            assertThat(quota.at("status", "used").toString())
                    .isEqualTo(
                            "{\"count/deployments.apps\":\"0\",\"fast.storageclass.storage.k8s.io/requests.storage\":\"5Gi\","
                                    + "\"limits.memory\":\"1Gi\",\"pods\":\"1\",\"requests.cpu\":\"500m\",\"services.loadbalancers\":\"1\"}");
            world.client.delete(
                    Resources.PODS, world.get(Resources.PODS, "p").namespacedName(), DeleteOptions.background());
            world.settle();
            assertThat(world.get(Resources.RESOURCE_QUOTAS, "q").text("status", "used", "pods"))
                    .isEqualTo("0");
        }
    }

    @Test
    void countsOnlyWhatIsInItsScopesAndWhatPodsNeedAtOnce() {
        try (World world = new World()) {
            world.create(
                    Resources.RESOURCE_QUOTAS,
                    "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'high','namespace':'default'},'spec':{'hard':"
                            + "{'pods':'5','cpu':'10'},'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass',"
                            + "'operator':'In','values':['high']}]}}}");
            world.create(
                    Resources.PODS,
                    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'default'},'spec':{'priorityClassName':'high',"
                            + "'overhead':{'cpu':'100m'},'initContainers':[{'name':'s','restartPolicy':'Always','resources':"
                            + "{'requests':{'cpu':'1'}}},{'name':'i','resources':{'requests':{'cpu':'3'}}}],"
                            + "'containers':[{'name':'c','resources':{'requests':{'cpu':'2'}}}]}}");
            world.create(
                    Resources.PODS,
                    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'b','namespace':'default'},'spec':{'containers':[{'name':'c'}]}}");
            world.settle();
            assertThat(world.get(Resources.RESOURCE_QUOTAS, "high")
                            .at("status", "used")
                            .toString())
                    .isEqualTo("{\"cpu\":\"4100m\",\"pods\":\"1\"}");
        }
    }

    @Test
    void countsCustomResources() {
        try (World world = new World()) {
            world.create(
                    Resources.CUSTOM_RESOURCE_DEFINITIONS,
                    "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'things.x.io'},"
                            + "'spec':{'group':'x.io','scope':'Namespaced','names':{'plural':'things','kind':'Thing'},"
                            + "'versions':[{'name':'v1','served':true,'storage':true}]}}");
            world.create(
                    Resources.RESOURCE_QUOTAS,
                    "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'default'},'spec':{'hard':{'count/things.x.io':'5'}}}");
            world.settle();
            world.create(
                    new GroupVersionResource("x.io", "v1", "things"),
                    "{'apiVersion':'x.io/v1','kind':'Thing','metadata':{'name':'one','namespace':'default'}}");
            world.settle();
            assertThat(world.get(Resources.RESOURCE_QUOTAS, "q")
                            .at("status", "used")
                            .toString())
                    .isEqualTo("{\"count/things.x.io\":\"1\"}");
        }
    }
}
