/** Linux: child processes, network namespaces, and the ledger of all that was made. */
@NullMarked
package io.kantoku.lab;

import org.jspecify.annotations.NullMarked;
