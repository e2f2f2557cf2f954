/**
 * The Kubernetes API as pure values, without I/O: objects and their names, selectors, quantities, YAML and JSON, tables, and the errors
 * that a client sees. Texts that come from clients are bounded wherever they are read. Sub-packages: patches, schemas, server-side apply.
 */
@NullMarked
package io.kantoku.apimachinery;

import org.jspecify.annotations.NullMarked;
