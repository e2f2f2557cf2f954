package io.kantoku.kubelet.pod;

import java.time.Instant;
import java.util.Map;

/**
 * What the status of a pod says beside what was observed in the runtime.
 *
 * @param generation of the pod's specification that the rest was found for; 0 where pods have none
 * @param runtime the name that ids of containers begin with: {@code containerd}
 * @param hostIp the node's address
 * @param terminationMessages the last words of containers, by their ids
 * @param allocation the resources that the node has given to the pod
 */
record StatusFacts(
        long generation,
        String runtime,
        String hostIp,
        Instant now,
        Map<String, String> terminationMessages,
        Allocation allocation) {
    StatusFacts {
        terminationMessages = Map.copyOf(terminationMessages);
    }
}
