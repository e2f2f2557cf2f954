package io.kantoku.kubelet.pod;

import io.kantoku.kubelet.runtime.RuntimeLayout;
import java.nio.file.Path;

/** Where the files of a pod are on its node; laid out as upstream lays them out. */
record PodDirectory(RuntimeLayout layout, String uid) {
    Path root() {
        return layout.pods().resolve(uid);
    }

    Path volume(String kind, String name) {
        return root().resolve("volumes").resolve("kubernetes.io~" + kind).resolve(name);
    }

    Path hosts() {
        return root().resolve("etc-hosts");
    }

    /** Where a run of a container leaves its last words. */
    Path terminationMessage(String container, int attempt) {
        return root().resolve("containers").resolve(container).resolve(Integer.toString(attempt));
    }
}
