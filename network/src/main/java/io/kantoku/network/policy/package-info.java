/** NetworkPolicies (networking.k8s.io/v1), resolved to addresses: who is isolated on a node, and what is let through. Pure. */
@NullMarked
package io.kantoku.network.policy;

import org.jspecify.annotations.NullMarked;
