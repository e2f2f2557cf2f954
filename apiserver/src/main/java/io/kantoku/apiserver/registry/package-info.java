/** Resource types and their storage: strategies, the watch cache, and reads and writes of objects as bytes. */
@NullMarked
package io.kantoku.apiserver.registry;

import org.jspecify.annotations.NullMarked;
