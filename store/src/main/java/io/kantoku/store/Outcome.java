package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import org.jspecify.annotations.Nullable;

/** How a command ended; the exception of a refused one is made by the thread that waits, whose stack trace tells more. */
sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {}

    record Refused<T>(Code code, String message, @Nullable Throwable cause) implements Outcome<T> {}
}
