/**
 * The virtual switch: port groups, the router between them and the host, and machines that hang on it, all made of network
 * namespaces, bridges and links.
 */
@NullMarked
package io.kantoku.lab.fabric;

import org.jspecify.annotations.NullMarked;
