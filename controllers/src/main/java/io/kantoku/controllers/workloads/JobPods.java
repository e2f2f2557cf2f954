package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;

/** Makes the pods of a Job. Pure. */
final class JobPods {
    private static final String VARIABLE = "JOB_COMPLETION_INDEX";
    private static final int LONGEST_NAME = 63;

    private JobPods() {}

    static KubeObject create(KubeObject job, JobPlan.NewPod wanted) {
        KubeObject pod = Templates.pod(job, job.at("spec", "template"));
        pod.metadata().withArrayProperty("finalizers").add(JobState.FINALIZER);
        if (wanted.index() >= 0) {
            index(job, pod, wanted);
        }
        return pod;
    }

    /** An index is found in an annotation, a label, the host name, the pod's name and a variable of each container. */
    private static void index(KubeObject job, KubeObject pod, JobPlan.NewPod wanted) {
        String index = Integer.toString(wanted.index());
        pod.annotate(JobState.INDEX, index);
        pod.label(JobState.INDEX, index);
        if (job.at("spec", "backoffLimitPerIndex").isNumber()) {
            pod.annotate(JobState.INDEX_FAILURES, Integer.toString(wanted.failures()));
        }
        String suffix = "-" + index;
        String host = job.name();
        if (host.length() + suffix.length() > LONGEST_NAME) {
            host = host.substring(0, LONGEST_NAME - suffix.length());
        }
        pod.metadata().put("generateName", job.name() + suffix + "-");
        if (pod.text("spec", "hostname").isEmpty()) {
            pod.spec().put("hostname", host + suffix);
        }
        for (String field : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : pod.at("spec", field)) {
                variable((ObjectNode) container);
            }
        }
    }

    private static void variable(ObjectNode container) {
        ArrayNode variables = container.withArrayProperty("env");
        for (JsonNode variable : variables) {
            if (variable.path("name").asText().equals(VARIABLE)) {
                return;
            }
        }
        variables
                .addObject()
                .put("name", VARIABLE)
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "metadata.annotations['" + JobState.INDEX + "']");
    }
}
