/**
 * Server-side apply: who owns which field, kept in {@code metadata.managedFields}. The semantics are those of Kubernetes'
 * structured-merge-diff; sets of fields are values, and nothing here does I/O.
 */
@NullMarked
package io.kantoku.apimachinery.apply;

import org.jspecify.annotations.NullMarked;
