/** Watches over nodes that stop reporting and over the pods on them. */
@NullMarked
package io.kantoku.controllers.nodes;

import org.jspecify.annotations.NullMarked;
