package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.Strategy;
import io.kantoku.apiserver.registry.TablePrinter;
import java.util.List;

/** Dynamic resource allocation: devices, and who uses them. */
final class DeviceKinds {
    private static final String GROUP = "resource.k8s.io";

    private static final TablePrinter CLAIMS = Table.named()
            .text("State", "Whether the claim is allocated, and reserved for pods.", DeviceKinds::state)
            .age()
            .build();

    private static final TablePrinter AGED = Table.named().age().build();

    private static final TablePrinter SLICES = Table.named()
            .text("Node", "The node that has the devices.", o -> Texts.orNone(Tree.text(o, "spec", "nodeName")))
            .text("Driver", "The driver that offers them.", o -> Tree.text(o, "spec", "driver"))
            .text("Pool", "The pool that they belong to.", o -> Tree.text(o, "spec", "pool", "name"))
            .age()
            .build();

    private DeviceKinds() {}

    static List<Declaration> all() {
        return List.of(
                cluster(GROUP, "DeviceClass", "deviceclasses", "v1").table(AGED),
                namespaced(GROUP, "ResourceClaim", "resourceclaims", "v1")
                        .status()
                        .table(CLAIMS)
                        .rules(Rules.of().fixedByStatus(Strategy.CLIENT_METADATA)),
                namespaced(GROUP, "ResourceClaimTemplate", "resourceclaimtemplates", "v1")
                        .table(AGED),
                cluster(GROUP, "ResourceSlice", "resourceslices", "v1")
                        .selectable("spec.nodeName", "spec.driver")
                        .table(SLICES));
    }

    private static String state(ObjectNode claim) {
        String state = Tree.has(claim, "status", "allocation") ? "allocated" : "pending";
        if (Tree.has(claim, "metadata", "deletionTimestamp")) {
            state = "deleted," + state;
        }
        return Tree.objects(claim, "status", "reservedFor").isEmpty() ? state : state + ",reserved";
    }
}
