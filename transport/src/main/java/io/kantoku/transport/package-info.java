/** HTTP server and client, TLS identities, diallers. */
@NullMarked
package io.kantoku.transport;

import org.jspecify.annotations.NullMarked;
