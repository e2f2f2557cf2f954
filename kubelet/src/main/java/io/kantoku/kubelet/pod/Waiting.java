package io.kantoku.kubelet.pod;

/**
 * Why a container does not run yet.
 *
 * @param reason one word: {@code ContainerCreating}, {@code ImagePullBackOff}
 */
record Waiting(String reason, String message) {
    static final Waiting CREATING = new Waiting("ContainerCreating", "");
    static final Waiting INITIALIZING = new Waiting("PodInitializing", "");
}
