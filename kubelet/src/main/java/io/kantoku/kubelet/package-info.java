/** A Kubernetes node from its bootstrap data on. */
@NullMarked
package io.kantoku.kubelet;

import org.jspecify.annotations.NullMarked;
