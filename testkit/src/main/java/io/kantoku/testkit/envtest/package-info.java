/**
 * The programs {@code kube-apiserver} and {@code etcd} as test suites start them: controller-runtime's envtest, fabric8's
 * kube-api-test, and whatever else takes them from {@code KUBEBUILDER_ASSETS}. {@code ./kantoku envtest DIR} makes their launchers.
 */
@NullMarked
package io.kantoku.testkit.envtest;

import org.jspecify.annotations.NullMarked;
