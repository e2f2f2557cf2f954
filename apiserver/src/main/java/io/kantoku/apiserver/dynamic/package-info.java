/**
 * Admission that users of a cluster define: webhooks and policies in CEL. {@link io.kantoku.apiserver.dynamic.MutatingAdmission} and {@link
 * io.kantoku.apiserver.dynamic.ValidatingAdmission} are the plug-ins; which of the definitions concern a request is pure ({@link
 * io.kantoku.apiserver.dynamic.RequestMatch}).
 */
@NullMarked
package io.kantoku.apiserver.dynamic;

import org.jspecify.annotations.NullMarked;
