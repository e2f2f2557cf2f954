/** What pod networks carry, measured between namespaces that have no way out. */
@NullMarked
package io.kantoku.network.bench;

import org.jspecify.annotations.NullMarked;
