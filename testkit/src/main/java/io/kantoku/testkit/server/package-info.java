/**
 * The API server as a thing of its own: one engine on a directory, listening on loopback addresses, with or without the
 * controllers. It knows neither JUnit nor any client library.
 */
@NullMarked
package io.kantoku.testkit.server;

import org.jspecify.annotations.NullMarked;
