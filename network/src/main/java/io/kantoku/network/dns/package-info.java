/** Cluster DNS, as the Kubernetes DNS specification 1.1.0 has it: names as values, messages as bytes, and a server in each node. */
@NullMarked
package io.kantoku.network.dns;

import org.jspecify.annotations.NullMarked;
