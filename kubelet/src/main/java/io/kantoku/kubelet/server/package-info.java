/**
 * The kubelet's HTTPS server: logs, exec, attach, port-forward, pods and figures of one node, for callers whom the cluster's API server
 * vouches for. What the containers' runtime has to give is {@link io.kantoku.kubelet.server.PodStreams}; log files in CRI's format are
 * read here.
 */
@NullMarked
package io.kantoku.kubelet.server;

import org.jspecify.annotations.NullMarked;
