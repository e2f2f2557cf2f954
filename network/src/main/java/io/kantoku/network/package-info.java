/** The network of pods: how a pod gets its interface, how Services are balanced inside a cluster, and cluster DNS. */
@NullMarked
package io.kantoku.network;

import org.jspecify.annotations.NullMarked;
