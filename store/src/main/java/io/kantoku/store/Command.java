package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is asked of the committer thread, and where the caller waits for the outcome. */
abstract sealed class Command<T> {
    private final CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();

    final void done(T value) {
        outcome.complete(new Outcome.Done<>(value));
    }

    final void refuse(Code code, String message, @Nullable Throwable cause) {
        outcome.complete(new Outcome.Refused<>(code, message, cause));
    }

    /** Waits; not interruptible, for a writer has to know whether it has written. */
    final T await() {
        return switch (outcome.join()) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(Code code, String message, Throwable cause) -> {
                StoreException refusal = new StoreException(code, message);
                if (cause != null) {
                    refusal.initCause(cause);
                }
                throw refusal;
            }
        };
    }

    /** A change of one key; several of these share a sync. */
    abstract static sealed class Write<T> extends Command<T> {
        final String key;
        final Expectation expected;

        Write(String key, Expectation expected) {
            this.key = key;
            this.expected = expected;
        }
    }

    static final class Put extends Write<Entry> {
        final byte[] value;

        Put(String key, byte[] value, Expectation expected) {
            super(key, expected);
            this.value = value;
        }
    }

    static final class Delete extends Write<Long> {
        Delete(String key, Expectation expected) {
            super(key, expected);
        }
    }

    static final class DeletePrefix extends Command<Integer> {
        final String prefix;

        DeletePrefix(String prefix) {
            this.prefix = prefix;
        }
    }

    /** Forgets what is older than a revision; 0 for what the retention allows to forget now. */
    static final class Compact extends Command<Long> {
        final long revision;

        Compact(long revision) {
            this.revision = revision;
        }
    }

    /** Ends the committer. */
    static final class Stop extends Command<Boolean> {}
}
