package io.kantoku.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A running program that Kantoku started, in this life or an earlier one. Thread-safe. */
public final class ChildProcess {
    /**
     * How a process ended.
     *
     * @param code 128 and more for a signal; empty for an adopted process, whose code only its parent learns
     */
    public record Exit(OptionalInt code) {}

    private final LedgerEntry.Child entry;
    private final CompletableFuture<Exit> exit;

    ChildProcess(LedgerEntry.Child entry, CompletableFuture<Exit> exit) {
        this.entry = entry;
        this.exit = exit;
    }

    public String role() {
        return entry.role();
    }

    public ProcessId id() {
        return entry.id();
    }

    public boolean alive() {
        return !exit.isDone();
    }

    /** How it ended; empty while it runs. */
    public Optional<Exit> exit() {
        return exit.isDone() ? Optional.of(exit.join()) : Optional.empty();
    }

    /** Runs the action on a virtual thread when the process ends, at once if it has ended. Restarting is the caller's decision. */
    @SuppressWarnings("FutureReturnValueIgnored") // starting a thread does not fail
    public void onExit(Consumer<Exit> action) {
        exit.thenAccept(ended -> Thread.ofVirtual().name("exit-" + role()).start(() -> action.accept(ended)));
    }

    /** Waits until the process ends; empty when the time is over. */
    public Optional<Exit> awaitExit(Duration limit) throws InterruptedException {
        try {
            return Optional.of(exit.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("exit of " + role() + " cannot fail", e);
        }
    }

    /** Does nothing when the process has ended. */
    public void signal(Signal signal) {
        try (ProcessDescriptor descriptor = ProcessDescriptor.open(id()).orElse(null)) {
            if (descriptor != null) {
                descriptor.signal(signal);
            }
        }
    }

    /** Asks the process to end, and kills it when it has not after the grace period. */
    public Exit stop(Duration grace) {
        signal(Signal.TERM);
        try {
            Optional<Exit> ended = awaitExit(grace);
            if (ended.isPresent()) {
                return ended.get();
            }
        } catch (InterruptedException e) { // whoever interrupts has no time: no more grace
            signal(Signal.KILL);
            Exit killed = exit.join();
            Thread.currentThread().interrupt();
            return killed;
        }
        signal(Signal.KILL);
        return exit.join();
    }

    @Override
    public String toString() {
        return "ChildProcess[" + role() + " pid " + entry.pid() + (alive() ? "" : " ended") + "]";
    }
}
