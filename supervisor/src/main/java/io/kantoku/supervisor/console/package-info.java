/** What the web console needs beyond vCenter's own API: one stream of everything that changes, and reads of what belongs together. */
@NullMarked
package io.kantoku.supervisor.console;

import org.jspecify.annotations.NullMarked;
