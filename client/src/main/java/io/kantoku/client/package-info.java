/**
 * How programs use Kubernetes APIs: the client contract ({@link io.kantoku.client.KubeClient}, {@link
 * io.kantoku.client.Clusters}), the reconcile loop on top of it ({@link io.kantoku.client.Controller}, {@link
 * io.kantoku.client.ControllerGroup}), conditions and events, and the client over HTTP. Controllers run once for all logical
 * clusters: requests carry a cluster id, the queue is fair between clusters, and nothing that is idle has a thread.
 */
@NullMarked
package io.kantoku.client;

import org.jspecify.annotations.NullMarked;
