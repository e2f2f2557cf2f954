package io.kantoku.apiserver.rest;

import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CollectionWatch;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.apiserver.registry.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** One watch while it lasts: the initial state if asked for, changes as they come, bookmarks from time to time. */
final class WatchRun {
    private static final Duration BETWEEN_BOOKMARKS = Duration.ofSeconds(60);

    private final CollectionWatch watch;
    private final WatchFrames frames;
    private final boolean bookmarks;
    private final long end;
    private final LongAdder events;
    private long nextBookmark;
    private long told;

    /** @param events counts what is sent */
    WatchRun(CollectionWatch watch, WatchFrames frames, boolean bookmarks, Duration timeout, LongAdder events) {
        this.watch = watch;
        this.frames = frames;
        this.bookmarks = bookmarks;
        this.events = events;
        long now = System.nanoTime();
        this.end = now + timeout.toNanos();
        this.nextBookmark = now + BETWEEN_BOOKMARKS.toNanos();
    }

    /**
     * Writes until the watch ends.
     *
     * @param markInitialEnd whether a bookmark follows the initial state
     * @param initialState whether the initial state is written
     */
    void run(OutputStream out, boolean markInitialEnd, boolean initialState) throws IOException {
        List<StoredObject> present = initialState ? watch.initial() : List.of();
        Selection selection = watch.selection().reading(present);
        for (StoredObject object : present) {
            if (selection.matches(object)) {
                frames.event(out, CacheEvent.Seen.Type.ADDED, object);
                events.increment();
            }
        }
        if (markInitialEnd) {
            frames.bookmark(out, watch.startRevision(), true);
        }
        told = watch.startRevision();
        out.flush();
        try {
            follow(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops; the stream ends here
        }
    }

    private void follow(OutputStream out) throws IOException, InterruptedException {
        while (watch.end() == CollectionWatch.End.NONE) {
            long now = System.nanoTime();
            if (now >= end) {
                bookmark(out);
                return;
            }
            if (bookmarks && now >= nextBookmark) {
                bookmark(out);
                nextBookmark = now + BETWEEN_BOOKMARKS.toNanos();
            }
            long wait = bookmarks ? Math.min(end, nextBookmark) - now : end - now;
            List<CacheEvent> changes = watch.next(Duration.ofNanos(Math.max(0, wait)));
            Selection selection = looking(changes);
            for (CacheEvent event : changes) {
                CacheEvent.Seen seen = event.seenThrough(selection);
                if (seen != null) {
                    frames.event(out, event, seen);
                    events.increment();
                    told = event.revision();
                }
            }
            out.flush();
        }
    }

    private Selection looking(List<CacheEvent> changes) {
        Selection selection = watch.selection();
        if (selection.immediate()) {
            return selection;
        }
        return selection.reading(changes.stream()
                .flatMap(event -> Stream.of(Optional.ofNullable(event.previous()), Optional.of(event.object())))
                .flatMap(Optional::stream)
                .toList());
    }

    /** Tells how far the watch has come, so that the client can go on from there. */
    private void bookmark(OutputStream out) throws IOException {
        watch.refresh();
        if (bookmarks && watch.revision() > told) {
            frames.bookmark(out, watch.revision(), false);
            told = watch.revision();
            out.flush();
        }
    }
}
