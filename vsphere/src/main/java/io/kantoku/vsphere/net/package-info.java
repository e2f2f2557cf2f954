/** IPv4 arithmetic as plain values: addresses, blocks, ranges and the pools that hand addresses out. Malformed text is an {@code IllegalArgumentException} that says what was expected. */
@NullMarked
package io.kantoku.vsphere.net;

import org.jspecify.annotations.NullMarked;
