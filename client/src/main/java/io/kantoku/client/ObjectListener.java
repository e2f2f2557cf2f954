package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import org.jspecify.annotations.Nullable;

/** Receives the objects of a subscription; they are shared and must not be changed. */
public interface ObjectListener {
    /** The object is new to this subscription when {@code previous} is null. */
    void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous);

    /** The object is gone; {@code last} is its last state. */
    void onDeleted(ClusterId cluster, KubeObject last);

    /** All objects that existed at the start have been delivered. */
    default void onSynced() {}
}
