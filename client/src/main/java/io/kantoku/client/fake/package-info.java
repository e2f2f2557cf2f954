/**
 * Stand-ins for tests of controllers and operators: an in-memory Kubernetes API that keeps to the rules a reconciler can trip
 * over (versions, conflicts, finalizers, graceful deletion, generated names), and a simulation that runs controllers on one
 * thread with a clock of its own, so that a test never waits.
 */
@NullMarked
package io.kantoku.client.fake;

import org.jspecify.annotations.NullMarked;
