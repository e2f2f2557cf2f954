package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Sandbox;

/** A pod of which only its sandbox is known. Pure. */
final class Orphan {
    private Orphan() {}

    /** As much of the pod as is needed to end it. */
    static KubeObject of(Sandbox sandbox) {
        KubeObject pod = KubeObject.create(new GroupVersionKind("", "v1", "Pod"), sandbox.namespace(), sandbox.name());
        pod.metadata().put("uid", sandbox.uid());
        pod.spec().put("terminationGracePeriodSeconds", 2);
        return pod;
    }
}
