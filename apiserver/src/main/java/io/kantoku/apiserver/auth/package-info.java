/** Who is calling, and what they may do. */
@NullMarked
package io.kantoku.apiserver.auth;

import org.jspecify.annotations.NullMarked;
