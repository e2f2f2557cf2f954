/**
 * OpenFlow 1.3 with Open vSwitch's extensions, as far as a pod network needs it: flows and groups as values, their difference, their
 * bytes, and a short conversation with a switch.
 */
@NullMarked
package io.kantoku.network.openflow;

import org.jspecify.annotations.NullMarked;
