/**
 * The Container Runtime Interface ({@code runtime.v1}) of Kubernetes: what a node asks of containerd. gRPC is HTTP/2 over a Unix
 * socket, messages are written and read here; the numbers of their fields are those of the published {@code api.proto}.
 */
@NullMarked
package io.kantoku.kubelet.cri;

import org.jspecify.annotations.NullMarked;
