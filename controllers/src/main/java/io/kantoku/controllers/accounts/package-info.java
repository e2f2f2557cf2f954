/** What each namespace is born with: its default service account and the cluster's root certificates. */
@NullMarked
package io.kantoku.controllers.accounts;

import org.jspecify.annotations.NullMarked;
