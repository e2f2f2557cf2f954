/** TanzuKubernetesCluster to Cluster API to machines; load-balancer operators. */
@NullMarked
package io.kantoku.tkg;

import org.jspecify.annotations.NullMarked;
