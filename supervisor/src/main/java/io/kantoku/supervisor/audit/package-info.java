/** The audit log: who changed what, through vCenter's REST API, the login and the Kubernetes APIs. */
@NullMarked
package io.kantoku.supervisor.audit;

import org.jspecify.annotations.NullMarked;
