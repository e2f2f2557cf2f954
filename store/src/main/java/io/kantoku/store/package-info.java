/** Revisioned storage. */
@NullMarked
package io.kantoku.store;

import org.jspecify.annotations.NullMarked;
