/** Bootstrap tokens: whoever holds one can check {@code cluster-info}, and they go when their time is over. */
@NullMarked
package io.kantoku.controllers.bootstrap;

import org.jspecify.annotations.NullMarked;
