/**
 * The built-in kinds: names, defaults, validation, printer columns. {@link io.kantoku.apiserver.catalog.Catalog} is the
 * entrance. A kind is a line of a table (the {@code …Kinds} classes), its rules are functions on trees ({@code …Rules},
 * {@code …Defaults}), its columns a list ({@code …Tables}); there is no class per kind. Schemas are the sub-package
 * {@code openapi}'s.
 */
@NullMarked
package io.kantoku.apiserver.catalog;

import org.jspecify.annotations.NullMarked;
