/**
 * The way from an API server to nodes, pods and Services: {@code log}, {@code exec}, {@code attach}, {@code portforward} and {@code
 * proxy}. {@link io.kantoku.apiserver.streams.NodeStreams} finds out where an authorized request belongs; calls go out from the network
 * of the control plane that took the request ({@link io.kantoku.apiserver.streams.NodeAccess}), are checked by address and certificate,
 * and carry none of the caller's credentials.
 */
@NullMarked
package io.kantoku.apiserver.streams;

import org.jspecify.annotations.NullMarked;
