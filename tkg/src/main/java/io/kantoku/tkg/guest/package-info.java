/** What the Supervisor does inside guest clusters: load balancers, storage classes, access, system objects. */
@NullMarked
package io.kantoku.tkg.guest;

import org.jspecify.annotations.NullMarked;
