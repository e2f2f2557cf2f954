package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.KubeObject;

/** Numbers in a status, which the API leaves out when they are zero. */
final class Counts {
    private Counts() {}

    static void put(KubeObject object, String field, int count) {
        if (count == 0) {
            object.status().remove(field);
        } else {
            object.status().put(field, count);
        }
    }
}
