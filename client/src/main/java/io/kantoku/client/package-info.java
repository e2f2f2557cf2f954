/** Kubernetes clients, informers and the reconcile loop. */
@NullMarked
package io.kantoku.client;

import org.jspecify.annotations.NullMarked;
