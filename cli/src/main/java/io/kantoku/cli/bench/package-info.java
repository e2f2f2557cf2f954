/** {@code kantoku bench}: measures the product on a throw-away instance, each figure beside what it is to be compared with. */
@NullMarked
package io.kantoku.cli.bench;

import org.jspecify.annotations.NullMarked;
