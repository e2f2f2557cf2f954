/** Load balancing: Services of type LoadBalancer get a virtual IP, which HAProxy serves through its Data Plane API. */
@NullMarked
package io.kantoku.tkg.lb;

import org.jspecify.annotations.NullMarked;
