/** The conventions of vCenter's REST API: errors, sessions' tokens, routes. */
@NullMarked
package io.kantoku.supervisor.vapi;

import org.jspecify.annotations.NullMarked;
