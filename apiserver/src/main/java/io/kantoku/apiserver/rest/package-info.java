/**
 * The HTTP face: {@link io.kantoku.apiserver.rest.ApiHandler} takes a request through authentication, impersonation and
 * authorization to the endpoint of its path; endpoints negotiate the form of the answer. The seams through which other parts
 * answer (nodes, tokens, reviews, flow control, documents) are interfaces here.
 */
@NullMarked
package io.kantoku.apiserver.rest;

import org.jspecify.annotations.NullMarked;
