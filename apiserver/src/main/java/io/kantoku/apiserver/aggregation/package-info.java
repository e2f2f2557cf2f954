/**
 * APIs that other servers serve behind this one ({@code APIService}): requests are passed on with their user in headers that the front
 * proxy's certificate vouches for, discovery tells of them, and their conditions say whether they answer. {@link
 * io.kantoku.apiserver.aggregation.AggregatedApis} is the entrance.
 */
@NullMarked
package io.kantoku.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
