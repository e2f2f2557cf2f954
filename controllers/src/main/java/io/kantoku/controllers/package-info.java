/** kube-controller-manager and scheduler for all logical clusters. */
@NullMarked
package io.kantoku.controllers;

import org.jspecify.annotations.NullMarked;
