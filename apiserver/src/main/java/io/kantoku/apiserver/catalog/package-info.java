/** The built-in kinds: names, defaults, validation, printer columns, schemas. */
@NullMarked
package io.kantoku.apiserver.catalog;

import org.jspecify.annotations.NullMarked;
