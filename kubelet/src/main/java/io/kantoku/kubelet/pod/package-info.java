/** The pods of a node: what is to be done for each, its status, and the worker that does it. */
@NullMarked
package io.kantoku.kubelet.pod;

import org.jspecify.annotations.NullMarked;
