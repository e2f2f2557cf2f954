/**
 * Load balancing for those who need virtual servers: what they want ({@link io.kantoku.loadbalancer.VirtualServer}), the
 * client of the Data Plane API, and the programmer that brings appliances in step with it. Knows nothing of Kubernetes or
 * vSphere; any HAProxy with a Data Plane API of version 2.1 to 2.9 will do.
 */
@NullMarked
package io.kantoku.loadbalancer;

import org.jspecify.annotations.NullMarked;
