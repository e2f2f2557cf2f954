/**
 * The load-balancer appliance: a supervised HAProxy process, the Data Plane API in front of it, its certificate authority
 * and its address ranges.
 */
@NullMarked
package io.kantoku.loadbalancer.appliance;

import org.jspecify.annotations.NullMarked;
