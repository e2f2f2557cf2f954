package io.kantoku.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a Kubernetes cluster of its own, served from the test's JVM.
 *
 * <pre>{@code
 * @KubernetesApiServer
 * class OperatorTest {
 *     KubernetesClient client;   // fabric8's, injected; fields that already have a value stay as they are
 *
 *     @Test
 *     void reconciles(TestCluster cluster, @Kubeconfig Path kubeconfig) { … }
 * }
 * }</pre>
 *
 * <p>Fields and parameters of these types are filled in: fabric8's {@code KubernetesClient} and {@code Config}, {@link
 * TestCluster}, and a {@code String} or {@code Path} with {@link Kubeconfig}. The user is a cluster administrator.
 *
 * <p>The first cluster of a JVM takes a few hundred milliseconds, each further one a few: all of them are logical clusters of one
 * engine, which ends with the JVM. Clusters see nothing of each other, so classes and methods may run in parallel.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KubernetesApiServerExtension.class)
public @interface KubernetesApiServer {
    /** The Kubernetes release to be, for example {@code 1.29}; empty for the newest. Old ones serve the versions of their day. */
    String version() default "";

    /** Whether controllers and scheduler run. Without them it is what envtest is: an API and nothing that acts on it. */
    boolean controllers() default true;

    /** How many simulated nodes there are: pods are scheduled to them and reported as running; needs controllers. */
    int nodes() default 0;

    /** How long a cluster lives. */
    Lifetime lifetime() default Lifetime.CLASS;

    /** How long a cluster lives. */
    enum Lifetime {
        /** One cluster for all methods of the class. */
        CLASS,
        /** A new one for every method. */
        METHOD
    }
}
