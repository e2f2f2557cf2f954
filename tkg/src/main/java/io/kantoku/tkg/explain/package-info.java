/** Why a cluster is not there yet: the chain from it to the one thing that blocks it. */
@NullMarked
package io.kantoku.tkg.explain;

import org.jspecify.annotations.NullMarked;
