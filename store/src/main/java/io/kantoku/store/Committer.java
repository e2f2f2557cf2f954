package io.kantoku.store;

import io.kantoku.store.Command.Compact;
import io.kantoku.store.Command.DeletePrefix;
import io.kantoku.store.Command.Put;
import io.kantoku.store.Command.Stop;
import io.kantoku.store.Command.Write;
import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the store.
 *
 * <p>It takes all writes that wait, judges them in their order, appends what is accepted to the log as one frame with one
 * sync, applies it to memory, answers the writers and hands the changes to the watches. While it syncs the next batch gathers,
 * so the more writers there are the more share a sync. If the log refuses the frame none of the batch is written.
 */
final class Committer {
    private static final Logger logger = LoggerFactory.getLogger(Committer.class);
    private static final int MAX_BATCH_WRITES = 1024;
    private static final int MAX_BATCH_BYTES = 4 << 20;
    private static final int KEPT_BUFFER_BYTES = 8 << 20;

    private final Versions versions;
    private final Log log;
    private final Consumer<List<Change>> watches;
    private final Runnable trim;
    private final BlockingQueue<Command<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private List<? extends Command<?>> inHand = List.of();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private boolean failing;

    /**
     * @param watches told of all changes in their order, on the committer thread
     * @param trim forgets what need not be kept, on the committer thread
     */
    Committer(Versions versions, Log log, Consumer<List<Change>> watches, Runnable trim) {
        this.versions = versions;
        this.log = log;
        this.watches = watches;
        this.trim = trim;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("store-committer")
                .uncaughtExceptionHandler((_, e) -> logger.atError()
                        .setMessage("the store stops writing because of an error of its own")
                        .setCause(e)
                        .log())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Runs a command and waits for its outcome. */
    <T> T execute(Command<T> command) {
        submit(command);
        return command.await();
    }

    void submit(Command<?> command) {
        queue.add(command);
        if (ended.isDone()) {
            refuseQueued();
        }
    }

    /** Ends the thread after the commands that wait already. */
    void stop() {
        submit(new Stop());
        ended.join();
    }

    private void run() {
        try {
            while (true) {
                inHand = next();
                switch (inHand.getFirst()) {
                    case Write<?> _ -> commit(inHand);
                    case DeletePrefix delete -> deletePrefix(delete);
                    case Compact compact -> compact(compact);
                    case Stop stop -> {
                        stop.done(true);
                        return;
                    }
                }
                trim.run();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("the committer thread is not to be interrupted", e);
        } finally {
            ended.complete(true);
            inHand.forEach(Committer::refuseEnded);
            refuseQueued();
        }
    }

    /** Waits for a command; what follows a write comes with it as long as it is a write. */
    private List<Command<?>> next() throws InterruptedException {
        List<Command<?>> commands = new ArrayList<>();
        Command<?> command = queue.take();
        commands.add(command);
        int bytes = bytes(command);
        while (command instanceof Write<?>
                && queue.peek() instanceof Write<?>
                && commands.size() < MAX_BATCH_WRITES
                && bytes < MAX_BATCH_BYTES) {
            command = queue.take();
            commands.add(command);
            bytes += bytes(command);
        }
        return commands;
    }

    private static int bytes(Command<?> command) {
        return command instanceof Put put ? put.value.length : 0;
    }

    private void commit(List<? extends Command<?>> commands) {
        Batch batch = new Batch(versions);
        for (Command<?> command : commands) {
            batch.add((Write<?>) command);
        }
        if (write(batch.changes(), commands)) {
            batch.answer();
            watches.accept(batch.changes());
        }
    }

    private void deletePrefix(DeletePrefix delete) {
        List<Change> changes = new ArrayList<>();
        long revision = versions.revision();
        for (Entry entry : versions.range(RangeRequest.all(delete.prefix)).entries()) {
            changes.add(new Change(++revision, entry.key(), null, entry));
        }
        if (write(changes, List.of(delete))) {
            delete.done(changes.size());
            watches.accept(changes);
        }
    }

    private void compact(Compact compact) {
        if (compact.revision > versions.revision()) {
            compact.refuse(Code.FUTURE_REVISION, "revision " + compact.revision + " has not been reached", null);
            return;
        }
        versions.forget(compact.revision);
        compact.done(versions.compacted());
    }

    /** Makes changes durable and visible; if that fails refuses the commands and changes nothing. */
    private boolean write(List<Change> changes, List<? extends Command<?>> commands) {
        if (changes.isEmpty()) {
            return true;
        }
        try {
            Frame.encode(changes, bufferFor(changes));
            log.append(buffer, changes.getFirst().revision());
        } catch (IOException e) {
            failed(e);
            for (Command<?> command : commands) {
                command.refuse(
                        Code.UNAVAILABLE, "not written: " + e.getMessage() + "; try again when the disk has room", e);
            }
            return false;
        }
        recovered();
        changes.forEach(versions::apply);
        return true;
    }

    private ByteBuffer bufferFor(List<Change> changes) {
        int needed = Math.toIntExact(Frame.maxBytes(changes));
        if (needed > buffer.capacity() || buffer.capacity() > KEPT_BUFFER_BYTES) {
            buffer = ByteBuffer.allocateDirect(Math.max(needed, 1 << 16));
        }
        return buffer;
    }

    private void failed(IOException e) {
        if (!failing) {
            failing = true;
            logger.atError()
                    .setMessage("writes fail until the disk recovers")
                    .setCause(e)
                    .log();
        }
    }

    private void recovered() {
        if (failing) {
            failing = false;
            logger.atInfo().setMessage("writes succeed again").log();
        }
    }

    private void refuseQueued() {
        for (Command<?> command = queue.poll(); command != null; command = queue.poll()) {
            refuseEnded(command);
        }
    }

    private static void refuseEnded(Command<?> command) {
        command.refuse(Code.CLOSED, "the store is closed", null); // no effect on one that has its outcome
    }
}
