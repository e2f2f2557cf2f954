/** Workload Management: enabling a cluster as a Supervisor, and vSphere Namespaces on it. */
@NullMarked
package io.kantoku.supervisor.workload;

import org.jspecify.annotations.NullMarked;
