/** Places pods on nodes. */
@NullMarked
package io.kantoku.controllers.scheduling;

import org.jspecify.annotations.NullMarked;
