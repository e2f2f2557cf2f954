/** TanzuKubernetesCluster: defaults and validation at admission, the Cluster API objects of a cluster, its keys, status and end. */
@NullMarked
package io.kantoku.tkg.cluster;

import org.jspecify.annotations.NullMarked;
