/** PodDisruptionBudgets: how many of their pods may be taken away right now. */
@NullMarked
package io.kantoku.controllers.disruption;

import org.jspecify.annotations.NullMarked;
