/**
 * What a monitoring system asks an API server about: figures of each logical cluster, and of the process, under the names that kube-apiserver
 * and Java's Prometheus client give them. {@link io.kantoku.apiserver.metrics.ApiMetrics} is the entrance.
 */
@NullMarked
package io.kantoku.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
