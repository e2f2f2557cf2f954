package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.List;

/** Pods learn the zone and the region of the node that they are bound to, as labels (upstream's PodTopologyLabels, KEP-4742). */
public final class PodTopology implements AdmissionPlugin {
    private static final GroupResource BINDINGS = new GroupResource("", "bindings");
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final List<String> LABELS = List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    private final ObjectReader objects;

    public PodTopology(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "PodTopologyLabels";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || request.operation() != AdmissionRequest.Operation.CREATE) {
            return;
        }
        boolean pod = request.type().name().equals(PodDefaults.PODS);
        if (pod && request.subresource().isEmpty()) {
            label(request, object, object.path("spec").path("nodeName").asText());
        } else if (request.type().name().equals(BINDINGS)
                || (pod && request.subresource().equals("binding"))) {
            label(request, object, object.path("target").path("name").asText());
        }
    }

    /** A node that is not known says nothing. */
    private void label(AdmissionRequest request, ObjectNode object, String node) {
        if (node.isEmpty()) {
            return;
        }
        objects.find(request.cluster(), NODES, NamespacedName.clusterScoped(node))
                .ifPresent(found -> LABELS.forEach(label -> {
                    String value = found.labels().get(label);
                    if (value != null) {
                        object.withObjectProperty("metadata")
                                .withObjectProperty("labels")
                                .put(label, value);
                    }
                }));
    }
}
