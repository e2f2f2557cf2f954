/** Container images without a registry: archives that an instance keeps for its nodes, and images written here. */
@NullMarked
package io.kantoku.kubelet.image;

import org.jspecify.annotations.NullMarked;
