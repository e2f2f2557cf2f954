/** The Kubernetes API server: logical clusters, registry, admission, discovery. */
@NullMarked
package io.kantoku.apiserver;

import org.jspecify.annotations.NullMarked;
