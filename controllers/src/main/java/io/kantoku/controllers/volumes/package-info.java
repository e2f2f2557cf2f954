/** PersistentVolumes and claims: who gets which volume, where it is attached, when both may go, and claims of ephemeral volumes. */
@NullMarked
package io.kantoku.controllers.volumes;

import org.jspecify.annotations.NullMarked;
