package io.kantoku.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept by the embedded store. */
class EmbeddedStoreTest extends StoreContract {
    @TempDir
    Path directory;

    @Override
    Store newStore() {
        return EmbeddedStore.open(directory);
    }

    @Override
    Store reopen(Store old) {
        old.close();
        return EmbeddedStore.open(directory);
    }
}
