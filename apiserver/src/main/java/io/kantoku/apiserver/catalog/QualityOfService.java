package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the class of a pod that decides which pods suffer first when a node runs short. */
final class QualityOfService {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QualityOfService() {}

    static String of(ObjectNode podSpec) {
        List<ObjectNode> containers = new ArrayList<>(Tree.objects(podSpec, "containers"));
        containers.addAll(Tree.objects(podSpec, "initContainers"));
        if (Tree.has(podSpec, "resources")) {
            containers = List.of(podSpec);
        }
        boolean none = true;
        boolean guaranteed = true;
        for (ObjectNode container : containers) {
            for (String resource : COUNTED) {
                Optional<Quantity> limit = amount(container, "limits", resource);
                Optional<Quantity> request = amount(container, "requests", resource);
                none &= limit.isEmpty() && request.isEmpty();
                guaranteed &= limit.isPresent() && (request.isEmpty() || request.equals(limit));
            }
        }
        return none ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Optional<Quantity> amount(ObjectNode container, String list, String resource) {
        String text = Tree.text(container, "resources", list, resource);
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Quantity.parse(text)).filter(q -> !q.isZero());
        } catch (IllegalArgumentException notAQuantity) {
            return Optional.empty();
        }
    }
}
