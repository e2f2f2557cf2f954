/** The pod network on Open vSwitch: its daemons, a bridge for each node, and the flows of their tables. */
@NullMarked
package io.kantoku.network.antrea;

import org.jspecify.annotations.NullMarked;
