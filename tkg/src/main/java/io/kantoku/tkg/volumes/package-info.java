/**
 * Persistent volumes: the part of the paravirtual vSphere CSI driver that is not on nodes. A claim in a vSphere Namespace becomes a disk
 * of the inventory; a claim in a guest cluster becomes a claim in its namespace.
 */
@NullMarked
package io.kantoku.tkg.volumes;

import org.jspecify.annotations.NullMarked;
