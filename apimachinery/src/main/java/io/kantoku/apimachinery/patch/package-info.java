/**
 * The patches of the Kubernetes API as functions from a document to a document: RFC 6902, RFC 7386 and strategic merge. Nothing here
 * changes its arguments. A patch that is malformed is refused with 400, one that does not fit the document with 422, one that is too
 * large with 413, each as an {@link io.kantoku.apimachinery.ApiException}.
 */
@NullMarked
package io.kantoku.apimachinery.patch;

import org.jspecify.annotations.NullMarked;
