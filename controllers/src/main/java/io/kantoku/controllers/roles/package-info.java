/** Cluster roles that are put together from others. */
@NullMarked
package io.kantoku.controllers.roles;

import org.jspecify.annotations.NullMarked;
