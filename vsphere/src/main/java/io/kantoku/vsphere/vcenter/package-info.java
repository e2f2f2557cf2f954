/** The second adapter of the inventory port: a vCenter that is not ours, over its REST API (7.0 U1 and later). */
@NullMarked
package io.kantoku.vsphere.vcenter;

import org.jspecify.annotations.NullMarked;
