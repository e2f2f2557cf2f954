package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.KubeObject;
import java.util.List;
import java.util.UUID;

/** The operators that make a Supervisor more than a Kubernetes API: load balancing, machines, guest clusters. */
public interface SupervisorOperators {
    /** The custom resource definitions that must be there before the operators start. */
    List<KubeObject> definitions();

    /**
     * Starts the operators on the Supervisor's API.
     *
     * @param cluster the vSphere cluster, {@code domain-c8}
     * @param supervisor names the Supervisor in the load balancer's configuration
     * @return ends them
     */
    Running start(String cluster, UUID supervisor);

    /** Operators that work. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }
}
