/** Certificates: authorities that issue them, PEM, and the judgement of a peer's chain. P-256 keys, no provider registration. */
@NullMarked
package io.kantoku.transport.pki;

import org.jspecify.annotations.NullMarked;
