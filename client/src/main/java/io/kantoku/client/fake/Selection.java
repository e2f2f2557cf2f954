package io.kantoku.client.fake;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Query;

/** Decides whether an object belongs to the answer of a list call. */
final class Selection {
    private Selection() {}

    static boolean matches(KubeObject object, Query query) {
        if (!query.namespace().isEmpty() && !query.namespace().equals(object.namespace())) {
            return false;
        }
        return fields(object, query.fieldSelector()) && labels(object, query.labelSelector());
    }

    private static boolean fields(KubeObject object, String selector) {
        for (String term : selector.split(",")) {
            if (term.isEmpty()) {
                continue;
            }
            boolean negated = term.contains("!=");
            String[] sides = term.split(negated ? "!=" : "==?", 2);
            String actual = object.text(sides[0].split("\\."));
            if (actual.equals(sides.length > 1 ? sides[1] : "") == negated) {
                return false;
            }
        }
        return true;
    }

    private static boolean labels(KubeObject object, String selector) {
        for (String term : selector.split(",")) {
            if (!term.isEmpty()) {
                String[] sides = term.split("==?", 2);
                if (!sides[1].equals(object.labels().get(sides[0]))) {
                    return false;
                }
            }
        }
        return true;
    }
}
