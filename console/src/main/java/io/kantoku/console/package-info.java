/** The web console and its static serving. */
@NullMarked
package io.kantoku.console;

import org.jspecify.annotations.NullMarked;
