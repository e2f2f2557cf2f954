package io.kantoku.testkit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kantoku.testkit.KubernetesApiServer.Lifetime;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes the cluster of a test class or method, fills in fields and parameters, and removes it; see {@link KubernetesApiServer}. */
public final class KubernetesApiServerExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(KubernetesApiServerExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        KubernetesApiServer wanted = annotation(context);
        if (wanted.lifetime() == Lifetime.CLASS && inherited(context).isEmpty()) {
            TestCluster cluster = start(context, wanted);
            fill(context.getRequiredTestClass(), null, cluster);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        KubernetesApiServer wanted = annotation(context);
        TestCluster cluster = wanted.lifetime() == Lifetime.METHOD ? start(context, wanted) : cluster(context);
        context.getRequiredTestInstances()
                .getAllInstances()
                .forEach(instance -> fill(instance.getClass(), instance, cluster));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (annotation(context).lifetime() == Lifetime.METHOD) {
            stop(context);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return Wanted.by(parameter.getParameter().getType(), parameter.getParameter())
                .isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Wanted.by(parameter.getParameter().getType(), parameter.getParameter())
                .orElseThrow()
                .from(cluster(context));
    }

    private static TestCluster start(ExtensionContext context, KubernetesApiServer wanted) {
        TestCluster cluster =
                TestCluster.start(new TestClusterOptions(wanted.version(), wanted.controllers(), wanted.nodes()));
        context.getStore(NAMESPACE).put(context.getUniqueId(), cluster);
        context.getStore(NAMESPACE).put(TestCluster.class, cluster);
        return cluster;
    }

    /** Only who made a cluster closes it: a nested class uses the one of the class around it. */
    private static void stop(ExtensionContext context) {
        TestCluster cluster = context.getStore(NAMESPACE).remove(context.getUniqueId(), TestCluster.class);
        if (cluster != null) {
            context.getStore(NAMESPACE).remove(TestCluster.class);
            cluster.close();
        }
    }

    private static Optional<TestCluster> inherited(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(TestCluster.class, TestCluster.class));
    }

    private static TestCluster cluster(ExtensionContext context) {
        return inherited(context)
                .orElseThrow(() -> new ExtensionConfigurationException(
                        "there is no cluster here: with lifetime METHOD it begins with @BeforeEach, so constructors, static"
                                + " fields and @BeforeAll cannot have it"));
    }

    private static KubernetesApiServer annotation(ExtensionContext context) {
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            Optional<KubernetesApiServer> found = AnnotationSupport.findAnnotation(type, KubernetesApiServer.class);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new ExtensionConfigurationException(
                "put @KubernetesApiServer on " + context.getRequiredTestClass().getName());
    }

    /** Fills the fields that are still empty: the static ones of a class, or the others of an instance. */
    private static void fill(Class<?> type, @Nullable Object instance, TestCluster cluster) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (Field field : declaring.getDeclaredFields()) {
                boolean ours = Modifier.isStatic(field.getModifiers()) == (instance == null);
                Optional<Wanted> wanted = Wanted.by(field.getType(), field);
                if (ours && wanted.isPresent() && !Modifier.isFinal(field.getModifiers())) {
                    fill(field, instance, wanted.get().from(cluster));
                }
            }
        }
    }

    private static void fill(Field field, @Nullable Object instance, Object value) {
        try {
            field.setAccessible(true);
            if (field.get(instance) == null) {
                field.set(instance, value);
            }
        } catch (ReflectiveOperationException e) {
            throw new ExtensionConfigurationException(field + " cannot be set", e);
        }
    }

    /** What can be injected. */
    private enum Wanted {
        CLIENT,
        CONFIG,
        CLUSTER,
        KUBECONFIG_TEXT,
        KUBECONFIG_FILE;

        static Optional<Wanted> by(Class<?> type, AnnotatedElement element) {
            if (type == KubernetesClient.class) {
                return Optional.of(CLIENT);
            }
            if (type == Config.class) {
                return Optional.of(CONFIG);
            }
            if (type == TestCluster.class) {
                return Optional.of(CLUSTER);
            }
            if (!element.isAnnotationPresent(Kubeconfig.class)) {
                return Optional.empty();
            }
            if (type == String.class) {
                return Optional.of(KUBECONFIG_TEXT);
            }
            if (type == Path.class) {
                return Optional.of(KUBECONFIG_FILE);
            }
            throw new ExtensionConfigurationException("@Kubeconfig goes on a String or a Path, not on " + element);
        }

        Object from(TestCluster cluster) {
            return switch (this) {
                case CLIENT -> cluster.client();
                case CONFIG -> cluster.config();
                case CLUSTER -> cluster;
                case KUBECONFIG_TEXT -> cluster.kubeconfig();
                case KUBECONFIG_FILE -> cluster.kubeconfigFile();
            };
        }
    }
}
