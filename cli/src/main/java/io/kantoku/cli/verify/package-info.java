/**
 * {@code kantoku verify}: walks the whole way from an empty machine to a published application on a throw-away instance, with the
 * real kubectl and a real HAProxy, and says of each step whether it holds. A step sees the product only from outside.
 */
@NullMarked
package io.kantoku.cli.verify;

import org.jspecify.annotations.NullMarked;
