/**
 * The kubeadm configuration that a node is started with: the written contract between whoever makes machines and the node on
 * one of them. The writer's output is what upstream kubeadm reads; the reader names every field that it does not know.
 */
@NullMarked
package io.kantoku.kubelet.kubeadm;

import org.jspecify.annotations.NullMarked;
