package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ClusterId;
import java.util.List;

/** Hears of a collection in all logical clusters. Called by the cache's feeding thread, so it only puts things into queues. */
public interface CacheListener {
    /** What exists in all clusters at the start; called once, by the thread that subscribes. */
    void onInitial(List<StoredObject> objects);

    void onChange(ClusterId cluster, CacheEvent event);
}
