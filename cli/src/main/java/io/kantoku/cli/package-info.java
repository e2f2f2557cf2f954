/** The kantoku command, the kubectl plugin, and the composition of an instance. */
@NullMarked
package io.kantoku.cli;

import org.jspecify.annotations.NullMarked;
