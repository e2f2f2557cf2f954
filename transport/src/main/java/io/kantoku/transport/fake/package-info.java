/** Stand-ins for tests of what is served over HTTP. */
@NullMarked
package io.kantoku.transport.fake;

import org.jspecify.annotations.NullMarked;
