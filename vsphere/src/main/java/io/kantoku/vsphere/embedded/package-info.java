/** The inventory that Kantoku keeps itself: the default lab with its hosts, networks and library, and the machines made in it. It survives a restart. */
@NullMarked
package io.kantoku.vsphere.embedded;

import org.jspecify.annotations.NullMarked;
