package io.kantoku.kubelet.pod;

import java.util.Map;

/** The labels by which a kubelet finds its sandboxes and containers in the runtime again; upstream's, and one of ours. */
final class Labels {
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER = "io.kubernetes.container.name";

    /** The sandbox that a container was made in. */
    static final String SANDBOX = "io.kantoku.sandbox";

    /** An annotation: the image as the specification named it. */
    static final String IMAGE = "io.kantoku.image";

    /** An annotation: the limit of grace for a container whose pod has gone. */
    static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private Labels() {}

    /** Selects what is a pod's. */
    static Map<String, String> ofPod(String uid) {
        return Map.of(POD_UID, uid);
    }
}
