/** Garbage collection by owner references. */
@NullMarked
package io.kantoku.controllers.collection;

import org.jspecify.annotations.NullMarked;
