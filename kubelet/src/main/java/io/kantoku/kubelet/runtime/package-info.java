/** The container runtime of one node: a containerd of its own in the machine's network namespace, and the door from CNI to Java. */
@NullMarked
package io.kantoku.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
