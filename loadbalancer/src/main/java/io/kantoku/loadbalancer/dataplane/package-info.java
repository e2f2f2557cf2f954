/**
 * The server side of the Data Plane API v2.1: authentication, resources, transactions, reloads. Everything is one HTTP
 * handler over a configuration file; how an engine is made to serve that file is behind
 * {@link io.kantoku.loadbalancer.dataplane.Realisation}.
 */
@NullMarked
package io.kantoku.loadbalancer.dataplane;

import org.jspecify.annotations.NullMarked;
