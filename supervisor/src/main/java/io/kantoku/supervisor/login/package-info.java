/** What the kubectl plugin speaks with: the /wcp endpoints and login tokens. */
@NullMarked
package io.kantoku.supervisor.login;

import org.jspecify.annotations.NullMarked;
