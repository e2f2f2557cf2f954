package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;

/** The custom collections of a Supervisor that the console shows, and the form in which it gets Kubernetes objects. */
final class Kinds {
    static final GroupVersionResource GUESTS =
            GroupVersion.parse("run.tanzu.vmware.com/v1alpha1").resource("tanzukubernetesclusters");
    static final GroupVersionResource MACHINES =
            GroupVersion.parse("cluster.x-k8s.io/v1alpha3").resource("machines");
    static final GroupVersionResource VIRTUAL_MACHINES =
            GroupVersion.parse("vmoperator.vmware.com/v1alpha1").resource("virtualmachines");
    static final GroupVersionResource POOLS =
            GroupVersion.parse("netoperator.vmware.com/v1alpha1").resource("ippools");

    /** On IPPools of virtual IPs: the load balancer that they belong to. */
    static final String POOL_LABEL = "netoperator.vmware.com/load-balancer";

    private Kinds() {}

    /** The object without what only servers read. */
    static ObjectNode shown(KubeObject object) {
        ObjectNode json = object.json().deepCopy();
        json.withObjectProperty("metadata").remove("managedFields");
        return json;
    }
}
