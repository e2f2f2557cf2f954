/** Volumes of pods as directories of the node. */
@NullMarked
package io.kantoku.kubelet.volume;

import org.jspecify.annotations.NullMarked;
