package io.kantoku.store;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The model, with files so small that the store rolls and snapshots all the time. */
class EmbeddedStoreModelTest extends StoreModelContract {
    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(4096, 16 << 10)
            .withUpkeepInterval(Duration.ofDays(1))
            .withRetention(new Retention(400, Duration.ZERO, 1000, 1 << 20));

    @TempDir
    Path directory;

    @Override
    Store newStore() {
        return EmbeddedStore.open(directory, OPTIONS);
    }

    @Override
    Store reopen(Store old) {
        old.close();
        return EmbeddedStore.open(directory, OPTIONS);
    }

    @Override
    void upkeep(Store store) {
        ((EmbeddedStore) store).runUpkeep();
    }
}
