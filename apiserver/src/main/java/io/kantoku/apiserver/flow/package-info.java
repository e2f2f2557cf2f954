/** Fairness between logical clusters, and between the users of each: who gets the server's attention next. */
@NullMarked
package io.kantoku.apiserver.flow;

import org.jspecify.annotations.NullMarked;
