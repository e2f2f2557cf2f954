/**
 * A Kubernetes API in the JVM of a test: {@link io.kantoku.testkit.KubernetesApiServer} on a JUnit 5 or 6 test class, or {@link
 * io.kantoku.testkit.TestCluster} anywhere else. No Go programs, no containers, no downloads.
 */
@NullMarked
package io.kantoku.testkit;

import org.jspecify.annotations.NullMarked;
