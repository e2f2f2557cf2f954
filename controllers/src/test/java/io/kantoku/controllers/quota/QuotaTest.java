package io.kantoku.controllers.quota;

import static org.assertj.core.api.Assertions.assertThat;

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
}
