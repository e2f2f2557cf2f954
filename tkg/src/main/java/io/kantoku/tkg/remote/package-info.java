/** Guest clusters whose APIs are served by their own machines: how the operators reach and follow them. */
@NullMarked
package io.kantoku.tkg.remote;

import org.jspecify.annotations.NullMarked;
