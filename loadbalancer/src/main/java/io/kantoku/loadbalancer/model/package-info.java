/**
 * The objects of the Data Plane API v2 as values, and the HAProxy configuration as text that holds them. What this package
 * does not understand in a file it keeps to the letter, and no value of an object can break the text.
 */
@NullMarked
package io.kantoku.loadbalancer.model;

import org.jspecify.annotations.NullMarked;
