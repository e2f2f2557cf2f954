/** Puts together the directory from which test suites start an API server. */
@NullMarked
package io.kantoku.cli.envtest;

import org.jspecify.annotations.NullMarked;
