/**
 * What kube-controller-manager and kube-scheduler do, once for all logical clusters: {@link
 * io.kantoku.controllers.KubeControllers#all} makes the controllers. Each is a pure {@code plan(observed, desired, now)} and an
 * executor that reads live state and writes through the client contract; what is kept in memory is small indexes, keyed by
 * cluster, and nothing at all for a cluster where nothing happens.
 */
@NullMarked
package io.kantoku.controllers;

import org.jspecify.annotations.NullMarked;
