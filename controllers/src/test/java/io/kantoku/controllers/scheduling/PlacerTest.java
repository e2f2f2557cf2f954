package io.kantoku.controllers.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.controllers.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();
    private int uids;

    private NodeState node(String name, String more) {
        NodeState state = new NodeState(name);
        state.update(World.object("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','labels':{'kubernetes.io/hostname':'" + name
                + "'}},'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}"
                + more + "}"));
        nodes.put(name, state);
        return state;
    }

    private NodeState zoned(String name, String zone) {
        NodeState state = new NodeState(name);
        state.update(World.object("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','labels':{'kubernetes.io/hostname':'" + name + "','topology.kubernetes.io/zone':'" + zone
                + "'}},'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}}"));
        nodes.put(name, state);
        return state;
    }

    private PodState pod(String labels, String spec) {
        KubeObject pod = World.object("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p" + uids
                + "','namespace':'default','uid':'u" + uids++ + "','labels':{" + labels + "}},'spec':{" + spec + "}}");
        return PodState.of(pod);
    }

    private static String cpu(String amount) {
        return "'containers':[{'name':'c','resources':{'requests':{'cpu':'" + amount + "'}}}]";
    }

    private Placement place(PodState pod) {
        return Placer.place(pod, nodes.values(), List.of(), _ -> Map.of(), 0);
    }

    private String put(PodState pod) {
        Placement placement = place(pod);
        assertThat(placement).isInstanceOf(Placement.On.class);
        String node = ((Placement.On) placement).node();
        nodes.get(node).add(pod.on(node));
        return node;
    }

    private String refusal(PodState pod) {
        Placement placement = place(pod);
        assertThat(placement).isInstanceOf(Placement.Nowhere.class);
        return ((Placement.Nowhere) placement).diagnosis().message();
    }

    @Test
    void saysWhyNoNodeFitsInUpstreamsWords() {
        node("m1", ",'spec':{'taints':[{'key':'node-role.kubernetes.io/master','effect':'NoSchedule'}]}");
        node("n1", "");
        node("n2", "");
        node("n3", ",'spec':{'unschedulable':true}");
        assertThat(refusal(pod("", cpu("5"))))
                .isEqualTo(
                        "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, "
                                + "1 node(s) were unschedulable, 2 Insufficient cpu.");
    }

    @Test
    void saysSoWhenThereAreNoNodes() {
        assertThat(refusal(pod("", cpu("1")))).isEqualTo("no nodes available to schedule pods");
    }

    @Test
    void countsPodsAndPorts() {
        NodeState node = node("n1", "");
        PodState web = pod("", "'containers':[{'ports':[{'hostPort':80,'containerPort':80}]}]");
        assertThat(put(web)).isEqualTo("n1");
        assertThat(refusal(
                        pod("", "'containers':[{'ports':[{'hostPort':80,'hostIP':'10.0.0.1','containerPort':80}]}]")))
                .contains("1 node(s) didn't have free ports for the requested pod ports");
        assertThat(put(pod("", "'containers':[{'ports':[{'hostPort':80,'protocol':'UDP','containerPort':80}]}]")))
                .isEqualTo("n1");
        for (int i = node.pods().size(); i < 10; i++) {
            put(pod("", "'containers':[]"));
        }
        assertThat(refusal(pod("", "'containers':[]"))).isEqualTo("0/1 nodes are available: 1 Too many pods.");
    }

    @Test
    void asksForWhatInitContainersNeedAtOnce() {
        KubeObject pod = World.object(
                "{'spec':{'initContainers':[{'restartPolicy':'Always','resources':{'requests':{'cpu':'1'}}},"
                        + "{'resources':{'requests':{'cpu':'5','memory':'1Gi'}}}],"
                        + "'containers':[{'resources':{'requests':{'cpu':'2','memory':'2Gi'}}}],'overhead':{'cpu':'100m'}}}");
        assertThat(Amounts.requestedBy(pod).by()).containsEntry("cpu", 6100L).containsEntry("memory", 2L << 30);
    }

    @Test
    void honoursSelectorsAndAffinity() {
        zoned("a1", "a");
        zoned("b1", "b");
        assertThat(put(pod("", "'nodeSelector':{'topology.kubernetes.io/zone':'b'},'containers':[]")))
                .isEqualTo("b1");
        String affinity = "'affinity':{'nodeAffinity':{'%s':%s}},'containers':[]";
        assertThat(
                        put(
                                pod(
                                        "",
                                        affinity.formatted(
                                                "requiredDuringSchedulingIgnoredDuringExecution",
                                                "{'nodeSelectorTerms':[{'matchExpressions':[{'key':'topology.kubernetes.io/zone','operator':'NotIn','values':['a']}]}]}"))))
                .isEqualTo("b1");
        assertThat(
                        put(
                                pod(
                                        "",
                                        affinity.formatted(
                                                "preferredDuringSchedulingIgnoredDuringExecution",
                                                "[{'weight':10,'preference':{'matchExpressions':[{'key':'topology.kubernetes.io/zone','operator':'In','values':['b']}]}}]"))))
                .isEqualTo("b1");
        assertThat(
                        refusal(
                                pod(
                                        "",
                                        affinity.formatted(
                                                "requiredDuringSchedulingIgnoredDuringExecution",
                                                "{'nodeSelectorTerms':[{'matchFields':[{'key':'metadata.name','operator':'In','values':['c1']}]}]}"))))
                .isEqualTo("0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity].");
    }

    @Test
    void honoursTolerations() {
        node("n1", ",'spec':{'taints':[{'key':'gpu','value':'yes','effect':'NoSchedule'}]}");
        assertThat(refusal(pod("", "'containers':[]"))).contains("untolerated taint {gpu: yes}");
        assertThat(put(pod("", "'tolerations':[{'key':'gpu','value':'yes'}],'containers':[]")))
                .isEqualTo("n1");
        assertThat(put(pod("", "'tolerations':[{'operator':'Exists'}],'containers':[]")))
                .isEqualTo("n1");
        assertThat(refusal(pod("", "'tolerations':[{'key':'gpu','value':'no'}],'containers':[]")))
                .contains("untolerated");
    }

    @Test
    void spreadsPodsOfOneControllerOverNodesAndZones() {
        zoned("a1", "a");
        zoned("a2", "a");
        zoned("b1", "b");
        List<String> used = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            KubeObject pod = World.object("{'metadata':{'name':'w" + i + "','namespace':'default','uid':'w" + i
                    + "','ownerReferences':[{'uid':'rs','controller':true}]},'spec':{'containers':[]}}");
            used.add(put(PodState.of(pod)));
        }
        assertThat(used.subList(0, 3)).containsExactlyInAnyOrder("a1", "a2", "b1");
        assertThat(used.subList(0, 2)).contains("b1");
    }

    @Test
    void keepsTheSkewOfTopologySpreadConstraints() {
        zoned("a1", "a");
        zoned("b1", "b");
        String spread = "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'topology.kubernetes.io/zone',"
                + "'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'x'}}}],'containers':[{'resources':{'requests':{'cpu':'100m'}}}]";
        for (int i = 0; i < 6; i++) {
            put(pod("'app':'x'", spread));
        }
        assertThat(nodes.get("a1").pods()).hasSize(3);
        nodes.get("b1")
                .update(World.object(
                        "{'metadata':{'name':'b1','labels':{'topology.kubernetes.io/zone':'b'}},'spec':{'unschedulable':true},"
                                + "'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}}"));
        put(pod("'app':'x'", spread));
        assertThat(refusal(pod("'app':'x'", spread)))
                .isEqualTo(
                        "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable.");
    }

    @Test
    void keepsPodsTogetherAndApart() {
        zoned("a1", "a");
        zoned("b1", "b");
        String term = "{'labelSelector':{'matchLabels':{'app':'x'}},'topologyKey':'topology.kubernetes.io/zone'}";
        String anti = "'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[" + term
                + "]}},'containers':[]";
        String together = "'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[" + term
                + "]}},'containers':[]";
        assertThat(refusal(pod("'app':'y'", together)))
                .isEqualTo("0/2 nodes are available: 2 node(s) didn't match pod affinity rules.");
        String first = put(pod("'app':'x'", anti));
        assertThat(put(pod("'app':'y'", together))).isEqualTo(first);
        assertThat(put(pod("'app':'x'", anti))).isNotEqualTo(first);
        assertThat(refusal(pod("'app':'x'", anti))).contains("2 node(s) didn't match pod anti-affinity rules");
        assertThat(refusal(pod("'app':'x'", "'containers':[]")))
                .contains("2 node(s) didn't satisfy existing pods anti-affinity rules");
    }

    @Test
    void looksOnlyInNamespacesThatAreSelected() {
        zoned("a1", "a");
        zoned("b1", "b");
        String near = put(pod("'app':'x'", "'containers':[]"));
        String term = "'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':"
                + "{'matchLabels':{'app':'x'}},'namespaceSelector':{'matchLabels':{'team':'%s'}},"
                + "'topologyKey':'topology.kubernetes.io/zone'}]}},'containers':[]";
        Namespaces namespaces = name -> name.equals("default") ? Map.of("team", "red") : Map.of();
        assertThat(Placer.place(pod("'app':'y'", term.formatted("red")), nodes.values(), List.of(), namespaces, 0))
                .isEqualTo(new Placement.On(near));
        assertThat(Placer.place(pod("'app':'y'", term.formatted("blue")), nodes.values(), List.of(), namespaces, 0))
                .isInstanceOf(Placement.Nowhere.class);
    }

    @Test
    void comparesOnlyPodsOfOneRevisionWithMatchLabelKeys() {
        zoned("a1", "a");
        zoned("b1", "b");
        String anti =
                "'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':"
                        + "{'matchLabels':{'app':'x'}},'matchLabelKeys':['rev'],'topologyKey':'topology.kubernetes.io/zone'}]}},"
                        + "'containers':[]";
        put(pod("'app':'x','rev':'1'", anti));
        put(pod("'app':'x','rev':'1'", anti));
        put(pod("'app':'x','rev':'2'", anti));
        assertThat(refusal(pod("'app':'x','rev':'1'", anti)))
                .contains("2 node(s) didn't match pod anti-affinity rules");
        String spread = "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'topology.kubernetes.io/zone',"
                + "'matchLabelKeys':['rev'],'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'y'}}}],"
                + "'containers':[]";
        String first = put(pod("'app':'y','rev':'1'", spread));
        assertThat(put(pod("'app':'y','rev':'1'", spread))).isNotEqualTo(first);
        put(pod("'app':'y','rev':'2'", spread));
    }

    @Test
    void honoursMinDomainsAndThePoliciesOfSpreadConstraints() {
        zoned("a1", "a");
        String spread = "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'topology.kubernetes.io/zone',"
                + "'minDomains':2,'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'x'}}%s}],"
                + "'containers':[]";
        put(pod("'app':'x'", spread.formatted("")));
        assertThat(refusal(pod("'app':'x'", spread.formatted(""))))
                .isEqualTo("0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints.");
        NodeState tainted = zoned("b1", "b");
        tainted.update(World.object("{'metadata':{'name':'b1','labels':{'topology.kubernetes.io/zone':'b'}},"
                + "'spec':{'taints':[{'key':'gpu','effect':'NoSchedule'}]},"
                + "'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'10'}}}"));
        assertThat(refusal(pod("'app':'x'", spread.formatted(""))))
                .contains("1 node(s) didn't match pod topology spread constraints");
        String lenient = spread.replace("'minDomains':2,", "").formatted(",'nodeTaintsPolicy':'Honor'");
        assertThat(put(pod("'app':'x'", lenient))).isEqualTo("a1");
    }

    @Test
    void goesWhereOthersWantItNear() {
        zoned("a1", "a");
        zoned("b1", "b");
        String likes = "'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':100,"
                + "'podAffinityTerm':{'labelSelector':{'matchLabels':{'app':'cache'}},"
                + "'topologyKey':'topology.kubernetes.io/zone'}}]}},'containers':[]";
        String web = put(pod("'app':'web'", likes));
        assertThat(put(pod("'app':'cache'", "'containers':[]"))).isEqualTo(web);
    }

    @Test
    void countsExtendedResourcesAndThePodsOwnRequests() {
        NodeState node = node("n1", "");
        node.update(World.object("{'metadata':{'name':'n1'},'status':{'allocatable':{'cpu':'4','memory':'8Gi',"
                + "'pods':'10','example.com/gpu':'1'}}}"));
        String gpu = "'containers':[{'resources':{'requests':{'example.com/gpu':'1'}}}]";
        put(pod("", gpu));
        assertThat(refusal(pod("", gpu))).isEqualTo("0/1 nodes are available: 1 Insufficient example.com/gpu.");
        assertThat(refusal(pod("", "'resources':{'requests':{'cpu':'5'}}," + cpu("1"))))
                .contains("1 Insufficient cpu");
    }

    @Test
    void neverPutsMoreOnANodeThanItHas() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            node("n" + i, "");
        }
        for (int i = 0; i < 500; i++) {
            PodState pod = pod("", cpu(random.nextInt(1, 2000) + "m"));
            if (place(pod) instanceof Placement.On) {
                put(pod);
            }
        }
        assertThat(nodes.values()).as("seed %d", seed).allSatisfy(node -> {
            assertThat(node.requested().get("cpu")).isLessThanOrEqualTo(4000);
            assertThat(node.pods()).hasSizeLessThanOrEqualTo(10);
        });
    }
}
