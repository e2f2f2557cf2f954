package io.kantoku.tkg.explain;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Timestamps;
import io.kantoku.tkg.explain.Link.State;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a TanzuKubernetesCluster is not there yet, from the conditions of its objects alone.
 *
 * @param root the cluster with all that it stands on
 */
public record Explanation(Link root) {
    /**
     * Looks at the cluster's objects as they are now.
     *
     * @throws io.kantoku.apimachinery.ApiException 404 when there is no such cluster
     */
    public static Explanation of(KubeClient supervisor, String namespace, String name) {
        return new Reader(supervisor, namespace, name).read();
    }

    public Optional<Link> blocker() {
        return root.blocker();
    }

    /** The chain as text, the blocking link marked and told at the end. */
    public String text(Instant now) {
        StringBuilder text = new StringBuilder();
        line(text, root, "", "", now);
        Optional<Link> blocker = blocker();
        text.append('\n');
        if (blocker.isEmpty()) {
            text.append("Nothing blocks: the cluster is ready.\n");
        } else {
            Link link = blocker.get();
            text.append("Blocked by ")
                    .append(link.kind())
                    .append(' ')
                    .append(link.name())
                    .append(age(link, now));
            if (!link.reason().isEmpty()) {
                text.append(": ").append(link.reason());
            }
            text.append('\n');
            if (!link.message().isEmpty()) {
                text.append("  ").append(link.message()).append('\n');
            }
            if (!link.todo().isEmpty()) {
                text.append("  To do: ").append(link.todo()).append('\n');
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, Link link, String first, String indent, Instant now) {
        text.append(first)
                .append(link.kind())
                .append(' ')
                .append(link.name())
                .append("  ")
                .append(link.state().name().toLowerCase(java.util.Locale.ROOT));
        if (!link.isReady()) {
            text.append(age(link, now));
            if (!link.reason().isEmpty()) {
                text.append("  ").append(link.reason());
            }
        }
        text.append(link.blocking() ? "  <== blocks\n" : "\n");
        for (int i = 0; i < link.parts().size(); i++) {
            boolean last = i == link.parts().size() - 1;
            line(text, link.parts().get(i), indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "), now);
        }
    }

    private static String age(Link link, Instant now) {
        return link.since()
                .map(since -> " for " + readable(Duration.between(since, now)))
                .orElse("");
    }

    private static String readable(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        return seconds < 120 ? seconds + "s" : seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }

    /** Reads the objects of one cluster. */
    private record Reader(KubeClient client, String namespace, String cluster) {
        Explanation read() {
            KubeObject tkc = client.get(Kinds.TANZU_CLUSTER.resource(), new NamespacedName(namespace, cluster));
            List<Link> parts = new ArrayList<>();
            if (!"ReleaseNotFound"
                    .equals(Conditions.find(tkc, "Ready").map(Condition::reason).orElse(""))) {
                parts.add(infrastructure(tkc));
                List<KubeObject> machines = list(Kinds.MACHINE);
                machines.stream()
                        .filter(machine -> machine.labels().containsKey(Labels.CONTROL_PLANE))
                        .forEach(machine -> parts.add(machine(machine)));
                machines.stream()
                        .filter(machine -> !machine.labels().containsKey(Labels.CONTROL_PLANE))
                        .forEach(machine -> parts.add(machine(machine)));
                mirrored().forEach(service -> parts.add(vmService(service)));
            }
            return new Explanation(link(tkc, "Ready", parts).marked());
        }

        private Link infrastructure(KubeObject tkc) {
            List<Link> parts = new ArrayList<>();
            find(Kinds.RESOURCE_POLICY, cluster).ifPresent(policy -> parts.add(link(policy, "Ready", List.of())));
            String name = ClusterNames.controlPlaneService(cluster);
            find(Kinds.VM_SERVICE, name).ifPresentOrElse(service -> parts.add(vmService(service)), () -> {
                if (!tkc.deleting()) {
                    parts.add(missing(Kinds.VM_SERVICE, name));
                }
            });
            return find(Kinds.WCP_CLUSTER, cluster)
                    .map(object -> link(object, "Ready", parts))
                    .orElseGet(() -> missing(Kinds.WCP_CLUSTER, cluster));
        }

        private Link vmService(KubeObject service) {
            List<Link> parts = new ArrayList<>();
            find(Kinds.SERVICE, service.name()).ifPresent(found -> parts.add(link(found, "Programmed", List.of())));
            return link(service, "Ready", parts);
        }

        private Link machine(KubeObject machine) {
            List<Link> parts = new ArrayList<>();
            find(Kinds.WCP_MACHINE, machine.text("spec", "infrastructureRef", "name"))
                    .ifPresent(wcp -> parts.add(link(wcp, "Ready", vm(machine.name()))));
            return link(machine, "Ready", parts);
        }

        private List<Link> vm(String name) {
            Optional<KubeObject> vm = find(Kinds.VIRTUAL_MACHINE, name);
            if (vm.isEmpty()) {
                return List.of();
            }
            List<Link> cards = new ArrayList<>();
            vm.get()
                    .at("spec", "networkInterfaces")
                    .forEach(card -> find(
                                    Kinds.NETWORK_INTERFACE,
                                    ClusterNames.networkInterface(
                                            card.path("networkName").asText(), name))
                            .ifPresent(found -> cards.add(link(found, "Ready", List.of()))));
            // The first complaint counts: a machine that was not made cannot be ready either.
            for (String type : List.of("NetworkReady", "VMProvisioned", "PoweredOn")) {
                Optional<Condition> condition = Conditions.find(vm.get(), type);
                if (condition.isPresent() && !condition.get().isTrue()) {
                    return List.of(link(vm.get(), type, cards));
                }
            }
            return List.of(link(vm.get(), "Ready", cards));
        }

        private Link link(KubeObject object, String type, List<Link> parts) {
            Optional<Condition> condition = Conditions.find(object, type);
            boolean ready = condition.map(Condition::isTrue).orElse(false);
            State state = object.deleting() ? State.DELETING : ready ? State.READY : State.WAITING;
            Optional<Instant> since = object.deleting()
                    ? Timestamps.parse(object.text("metadata", "deletionTimestamp"))
                    : since(object, type);
            return new Link(
                    object.kind(),
                    object.namespace() + "/" + object.name(),
                    state,
                    since,
                    ready ? "" : condition.map(Condition::reason).orElse(""),
                    ready ? "" : condition.map(Condition::message).orElse("nobody has looked at it yet"),
                    false,
                    "",
                    parts);
        }

        private static Optional<Instant> since(KubeObject object, String type) {
            for (var condition : object.at("status", "conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return Timestamps.parse(condition.path("lastTransitionTime").asText(""));
                }
            }
            return Timestamps.parse(object.text("metadata", "creationTimestamp"));
        }

        private Link missing(Kind kind, String name) {
            return new Link(
                    kind.name(),
                    namespace + "/" + name,
                    State.MISSING,
                    Optional.empty(),
                    "Missing",
                    "it was not made yet; the operators of the Supervisor make it",
                    false,
                    "",
                    List.of());
        }

        private Optional<KubeObject> find(Kind kind, String name) {
            return name.isEmpty()
                    ? Optional.empty()
                    : client.find(kind.resource(), new NamespacedName(namespace, name));
        }

        private List<KubeObject> list(Kind kind) {
            return client.list(kind.resource(), Query.in(namespace).labelled(Labels.CLUSTER + "=" + cluster))
                    .items();
        }

        private List<KubeObject> mirrored() {
            return client.list(
                            Kinds.VM_SERVICE.resource(),
                            Query.in(namespace).labelled(Labels.GUEST_CLUSTER + "=" + cluster))
                    .items();
        }
    }
}
