/** vSphere Namespaces: what a namespace of vCenter is on the Supervisor. */
@NullMarked
package io.kantoku.supervisor.namespaces;

import org.jspecify.annotations.NullMarked;
