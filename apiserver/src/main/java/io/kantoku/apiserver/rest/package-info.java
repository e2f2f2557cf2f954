/** The HTTP face: routes, verbs, content negotiation, discovery. */
@NullMarked
package io.kantoku.apiserver.rest;

import org.jspecify.annotations.NullMarked;
