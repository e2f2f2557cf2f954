/** Empties and removes deleted namespaces. */
@NullMarked
package io.kantoku.controllers.namespaces;

import org.jspecify.annotations.NullMarked;
