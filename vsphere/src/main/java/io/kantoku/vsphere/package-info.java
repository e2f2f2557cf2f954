/** The inventory port and its embedded adapter. */
@NullMarked
package io.kantoku.vsphere;

import org.jspecify.annotations.NullMarked;
