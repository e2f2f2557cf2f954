/**
 * The inventory port: what Workload Management needs of a virtualization cluster, as small interfaces and values.
 *
 * <p>{@link io.kantoku.vsphere.Inventory} is the way in. Objects are named by {@link io.kantoku.vsphere.MoRef}s as vCenter
 * names them. Every operation fails with a {@link io.kantoku.vsphere.VsphereException} whose code is one that vCenter's
 * REST API has. All implementations may be called from any thread and block the calling (virtual) thread; values are
 * immutable. The embedded implementation is in {@code io.kantoku.vsphere.embedded}; what runs its machines in
 * {@code io.kantoku.vsphere.machine}.
 */
@NullMarked
package io.kantoku.vsphere;

import org.jspecify.annotations.NullMarked;
