/** Workload Management, vSphere Namespaces, login, the vCenter REST facade. */
@NullMarked
package io.kantoku.supervisor;

import org.jspecify.annotations.NullMarked;
