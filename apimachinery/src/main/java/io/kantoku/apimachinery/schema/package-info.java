/**
 * The types of objects: structural schemas of custom resources ({@link io.kantoku.apimachinery.schema.StructuralSchema}: validation,
 * defaults, pruning), and what server-side apply and strategic merge must know of built-in and custom types
 * ({@link io.kantoku.apimachinery.schema.TypeSchema}).
 */
@NullMarked
package io.kantoku.apimachinery.schema;

import org.jspecify.annotations.NullMarked;
