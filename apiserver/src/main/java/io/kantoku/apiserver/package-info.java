/**
 * The Kubernetes API server: one engine for many logical clusters. {@link io.kantoku.apiserver.ApiServer} is the entrance, {@link
 * io.kantoku.apiserver.StandardParts} its usual equipment. A request goes through {@code rest} (HTTP) or a client in this
 * process, both of which ask {@code auth}, to {@code registry}, which asks {@code admission}, writes to the store and waits
 * until its cache shows what was written.
 */
@NullMarked
package io.kantoku.apiserver;

import org.jspecify.annotations.NullMarked;
