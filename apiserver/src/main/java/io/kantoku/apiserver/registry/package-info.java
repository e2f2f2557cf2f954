/**
 * Resource types and their storage. {@link io.kantoku.apiserver.registry.Registry} has the verbs; behind it one class per kind of
 * write, and {@link io.kantoku.apiserver.registry.WatchCache}, which holds all objects as bytes and serves reads and watches. What is
 * asked of this package has been authorized.
 */
@NullMarked
package io.kantoku.apiserver.registry;

import org.jspecify.annotations.NullMarked;
