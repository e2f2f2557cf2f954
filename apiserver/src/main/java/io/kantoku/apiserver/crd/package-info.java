/**
 * Custom resources: definitions become resource types while the server runs. {@link
 * io.kantoku.apiserver.crd.DefinitionStrategy} gives definitions their defaults, checks and conditions, {@link
 * io.kantoku.apiserver.crd.CustomTypes} turns them into types the moment they are stored, {@link
 * io.kantoku.apiserver.crd.InstanceCleanup} removes what is left of a definition that is deleted.
 */
@NullMarked
package io.kantoku.apiserver.crd;

import org.jspecify.annotations.NullMarked;
