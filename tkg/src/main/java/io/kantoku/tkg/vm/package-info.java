/** The VM operator: VirtualMachines in the inventory, Services whose endpoints are machines, pools and folders of clusters. */
@NullMarked
package io.kantoku.tkg.vm;

import org.jspecify.annotations.NullMarked;
