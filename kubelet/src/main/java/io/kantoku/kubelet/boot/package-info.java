/** What a machine does when it starts: reads its bootstrap data and becomes a control plane, a worker, or both. */
@NullMarked
package io.kantoku.kubelet.boot;

import org.jspecify.annotations.NullMarked;
