/**
 * One running Kantoku: the composition of all modules into a vCenter with a load balancer, on which Supervisors can be enabled.
 */
@NullMarked
package io.kantoku.cli.instance;

import org.jspecify.annotations.NullMarked;
