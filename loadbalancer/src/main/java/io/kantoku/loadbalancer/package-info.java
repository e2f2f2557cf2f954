/** The Data Plane API: model, client, and the embedded HAProxy appliance. */
@NullMarked
package io.kantoku.loadbalancer;

import org.jspecify.annotations.NullMarked;
