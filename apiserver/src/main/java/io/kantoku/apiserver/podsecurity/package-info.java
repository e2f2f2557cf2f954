/**
 * Pod Security Standards: three levels of what pods may do to their node, chosen by labels of a namespace. {@link
 * io.kantoku.apiserver.podsecurity.PodSecurity} is the plug-in, the checks are pure.
 */
@NullMarked
package io.kantoku.apiserver.podsecurity;

import org.jspecify.annotations.NullMarked;
