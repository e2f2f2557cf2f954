/** vCenter's REST API over the embedded inventory and Workload Management, in both families: {@code /rest} and {@code /api}. */
@NullMarked
package io.kantoku.supervisor.rest;

import org.jspecify.annotations.NullMarked;
