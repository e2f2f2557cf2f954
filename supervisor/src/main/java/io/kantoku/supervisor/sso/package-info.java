/** Users, groups and sessions of the embedded vCenter. */
@NullMarked
package io.kantoku.supervisor.sso;

import org.jspecify.annotations.NullMarked;
