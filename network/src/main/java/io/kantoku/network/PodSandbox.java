package io.kantoku.network;

import java.nio.file.Path;

/**
 * The sandbox of a pod, as the container runtime made it.
 *
 * @param id the runtime's own
 * @param networkNamespace a path that can be opened, for example {@code /var/run/netns/cni-…}
 * @param interfaceName inside the pod: {@code eth0}
 * @param namespace the pod's
 * @param pod the pod's name
 * @param uid the pod's
 */
public record PodSandbox(
        String id, Path networkNamespace, String interfaceName, String namespace, String pod, String uid) {}
