/** Endpoints and EndpointSlices of Services. */
@NullMarked
package io.kantoku.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
