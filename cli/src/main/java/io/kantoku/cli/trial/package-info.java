/**
 * A throw-away instance of Kantoku, and the real clients that try it: what {@code verify} and {@code bench} work with. Everything is
 * seen from outside, through commands and public interfaces; no part of a running instance is touched.
 */
@NullMarked
package io.kantoku.cli.trial;

import org.jspecify.annotations.NullMarked;
