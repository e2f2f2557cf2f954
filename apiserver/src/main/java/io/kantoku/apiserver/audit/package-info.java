/**
 * An audit log as kube-apiserver writes it: what each request was, who sent it and what came of it, as {@code audit.k8s.io/v1} Events, one in
 * a line. Which requests, and how much of them, is said by a policy of the same API. Off unless somebody turns it on, and then without cost.
 */
@NullMarked
package io.kantoku.apiserver.audit;

import org.jspecify.annotations.NullMarked;
