/** The bootstrap data of a machine as a typed cloud-config document: the contract between those who write it and the node that reads it. */
@NullMarked
package io.kantoku.vsphere.cloudinit;

import org.jspecify.annotations.NullMarked;
