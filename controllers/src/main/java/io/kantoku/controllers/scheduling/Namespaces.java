package io.kantoku.controllers.scheduling;

import java.util.Map;

/** The labels of a cluster's namespaces. */
@FunctionalInterface
interface Namespaces {
    /** No labels for a namespace that is not known. */
    Map<String, String> labels(String namespace);
}
