/** What stands behind a virtual machine: the runtime that makes the machine and the guest system that boots in it. */
@NullMarked
package io.kantoku.vsphere.machine;

import org.jspecify.annotations.NullMarked;
