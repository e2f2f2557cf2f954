/**
 * SPDY/3.1 as Kubernetes uses it for {@code exec}, {@code attach} and {@code portforward}: frames over an upgraded connection. There
 * is no flow control, for the other side ({@code moby/spdystream}) has none.
 */
@NullMarked
package io.kantoku.transport.spdy;

import org.jspecify.annotations.NullMarked;
