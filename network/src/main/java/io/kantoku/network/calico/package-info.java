/** The pod network of the kernel: a cable and a route for each pod, routes to other nodes' pods, nftables that balance. */
@NullMarked
package io.kantoku.network.calico;

import org.jspecify.annotations.NullMarked;
