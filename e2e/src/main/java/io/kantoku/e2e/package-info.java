/** Walk-through and failure tests with real clients. */
@NullMarked
package io.kantoku.e2e;

import org.jspecify.annotations.NullMarked;
