/** Cluster API in the small: clusters, control planes, machine deployments, machines and their bootstrap data. */
@NullMarked
package io.kantoku.tkg.capi;

import org.jspecify.annotations.NullMarked;
