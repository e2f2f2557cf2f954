/**
 * Revisioned storage: what a Kubernetes API server needs of a database and nothing more.
 *
 * <p>{@link io.kantoku.store.Store} is the contract, after etcd's semantics. {@link io.kantoku.store.EmbeddedStore} keeps it
 * on one machine: a write-ahead log that one thread appends to and syncs in groups, all versions of the recent past in
 * memory, and snapshots that let the log's oldest segments go. Keys and values mean nothing here.
 */
@NullMarked
package io.kantoku.store;

import org.jspecify.annotations.NullMarked;
