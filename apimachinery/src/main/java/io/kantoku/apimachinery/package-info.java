/** Kubernetes API as values. */
@NullMarked
package io.kantoku.apimachinery;

import org.jspecify.annotations.NullMarked;
