package io.kantoku.tkg.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.fake.FakeClusters;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ObjectCacheTest {
    private final ObjectCache cache = new Caches(new FakeClusters(Runnable::run, InstantSource.system())).interfaces;

    private static KubeObject card(String uid, int version) {
        KubeObject card = Kinds.NETWORK_INTERFACE.create("ns1", "workload-a");
        card.metadata().put("uid", uid).put("resourceVersion", Integer.toString(version));
        return card;
    }

    /** What a writer is told may arrive after the news that the object is gone; nothing would ever take it out again. */
    @Test
    void anObjectThatIsGoneDoesNotComeBackByWhatWasWrittenBefore() {
        KubeObject first = card("one", 1);
        cache.onPresent(ClusterId.SUPERVISOR, first, null);
        cache.onDeleted(ClusterId.SUPERVISOR, card("one", 3));
        cache.onPresent(ClusterId.SUPERVISOR, card("one", 2), first);
        assertThat(cache.find("ns1", "workload-a")).isEmpty();

        cache.onPresent(ClusterId.SUPERVISOR, card("two", 4), null);
        assertThat(cache.find("ns1", "workload-a")).map(KubeObject::uid).contains("two");
    }
}
