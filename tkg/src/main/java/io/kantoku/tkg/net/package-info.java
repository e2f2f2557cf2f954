/** The network operator: addresses of machines out of the pools of their network. */
@NullMarked
package io.kantoku.tkg.net;

import org.jspecify.annotations.NullMarked;
