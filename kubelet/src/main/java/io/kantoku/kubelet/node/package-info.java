/** A node that runs containers: its registration and status, the workers of its pods, and the fleet of all such nodes. */
@NullMarked
package io.kantoku.kubelet.node;

import org.jspecify.annotations.NullMarked;
