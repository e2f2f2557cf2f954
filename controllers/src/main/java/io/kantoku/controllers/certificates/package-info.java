/** CertificateSigningRequests: those of nodes are approved, approved ones are signed by the cluster's authority, old ones removed. */
@NullMarked
package io.kantoku.controllers.certificates;

import org.jspecify.annotations.NullMarked;
