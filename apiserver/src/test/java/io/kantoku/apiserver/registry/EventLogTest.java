package io.kantoku.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a collection remembers of its past. */
class EventLogTest {
    private static final StorageKey KEY =
            new StorageKey(new ClusterId("c"), new GroupResource("", "things"), new NamespacedName("ns", "thing"));
    private static final byte[] BYTES =
            "{\"metadata\":{\"name\":\"thing\",\"creationTimestamp\":\"\"}}".getBytes(StandardCharsets.UTF_8);

    private static CacheEvent event(long revision, long atMillis) {
        return CacheEvent.written(StoredObject.of(KEY, BYTES, revision), null, atMillis);
    }

    @Test
    void findsWhatFollowsARevision() {
        EventLog log = new EventLog(10);
        for (long revision = 20; revision <= 200; revision += 10) {
            log.append(event(revision, 0));
        }

        assertThat(log.get(log.firstAfter(10)).revision()).isEqualTo(20);
        assertThat(log.get(log.firstAfter(20)).revision()).isEqualTo(30);
        assertThat(log.get(log.firstAfter(25)).revision()).isEqualTo(30);
        assertThat(log.firstAfter(200)).isEqualTo(log.next());
        assertThat(log.floor()).isEqualTo(10);
    }

    @Test
    void keepsYoungChangesAndSomeOldOnes() {
        EventLog log = new EventLog(0);
        for (int i = 1; i <= 1000; i++) {
            log.append(event(i, 0));
        }
        assertThat(log.floor()).isZero();

        log.append(event(1001, EventLog.YOUNG_MILLIS + 1));

        assertThat(log.next() - log.first()).isEqualTo(EventLog.ALWAYS);
        assertThat(log.floor()).isEqualTo(1001 - EventLog.ALWAYS);
        assertThat(log.get(log.first()).revision()).isEqualTo(log.floor() + 1);
    }

    @Test
    void neverKeepsMoreThanItsMost() {
        EventLog log = new EventLog(0);
        for (int i = 1; i <= EventLog.MOST + 500; i++) {
            log.append(event(i, 0));
        }

        assertThat(log.next() - log.first()).isEqualTo(EventLog.MOST);
    }

    @Test
    void aNewBeginningIsNoticedByThoseWhoHadSeenEverything() {
        EventLog log = new EventLog(0);
        log.append(event(1, 0));
        long seen = log.next();

        log.reset(50);

        assertThat(seen).isLessThan(log.first());
        assertThat(log.floor()).isEqualTo(50);
    }
}
