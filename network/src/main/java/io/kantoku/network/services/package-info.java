/** Services as a node's proxy sees them: read from the API's objects, and resolved to who gets which connection. */
@NullMarked
package io.kantoku.network.services;

import org.jspecify.annotations.NullMarked;
