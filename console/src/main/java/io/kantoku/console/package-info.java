/**
 * The web console: its sources are in {@code src/main/web}, this package serves what is built of them, or a status page where
 * nothing could be built. It calls nothing but the API that is on the same port.
 */
@NullMarked
package io.kantoku.console;

import org.jspecify.annotations.NullMarked;
