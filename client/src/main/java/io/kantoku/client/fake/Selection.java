package io.kantoku.client.fake;

import io.kantoku.apimachinery.FieldSelector;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.client.Query;

/** Decides which objects belong to the answer of a list call; any field can be selected by its path. */
record Selection(String namespace, LabelSelector labels, FieldSelector fields) {
    static Selection of(Query query) {
        return new Selection(
                query.namespace(),
                LabelSelector.parse(query.labelSelector()),
                FieldSelector.parse(query.fieldSelector()));
    }

    boolean matches(KubeObject object) {
        return (namespace.isEmpty() || namespace.equals(object.namespace()))
                && labels.matches(object.labels())
                && fields.matches(field -> object.text(field.split("\\.")));
    }
}
