/**
 * The schemas of the built-in kinds: one compact resource, read when it is first needed, from which unknown fields are found,
 * patches merged, and the documents of {@code /openapi/v2} and {@code /openapi/v3} written.
 */
@NullMarked
package io.kantoku.apiserver.catalog.openapi;

import org.jspecify.annotations.NullMarked;
