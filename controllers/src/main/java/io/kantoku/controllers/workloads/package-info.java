/** ReplicaSets, Deployments, DaemonSets, StatefulSets and Jobs. */
@NullMarked
package io.kantoku.controllers.workloads;

import org.jspecify.annotations.NullMarked;
