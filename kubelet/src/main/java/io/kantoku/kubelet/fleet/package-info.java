/**
 * Nodes that report pods as running without running anything: the simulated pod runtime. One fleet serves the nodes of all
 * logical clusters; a node costs an entry in a table and a lease to renew.
 */
@NullMarked
package io.kantoku.kubelet.fleet;

import org.jspecify.annotations.NullMarked;
