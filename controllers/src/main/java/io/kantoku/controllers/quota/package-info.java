/** Counts what namespaces use against their quotas. */
@NullMarked
package io.kantoku.controllers.quota;

import org.jspecify.annotations.NullMarked;
