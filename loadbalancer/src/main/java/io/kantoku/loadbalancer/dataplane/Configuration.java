package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration file, its version counter, the open transactions, and the way of a change: check, write, take effect.
 *
 * <p>Any thread may call. One lock orders all writes; it is held while the engine checks a candidate, so that nothing can be
 * committed in between, but never during a reload. A reload that fails puts the content that was last served back under a new
 * version, so that nobody builds on what was taken back.
 */
public final class Configuration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);
    private static final int MOST_TRANSACTIONS = 200;
    private static final Duration ABANDONED = Duration.ofMinutes(10);
    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(60);

    private final Path file;
    private final Realisation realisation;
    private final InstantSource clock;
    private final ReloadAgent agent;
    private final ReentrantLock lock = new ReentrantLock();
    private final RightOfWay rightOfWay = new RightOfWay(lock);
    private final Map<String, Transaction> transactions = new LinkedHashMap<>();
    private volatile HaproxyConfig current;
    private HaproxyConfig served;
    /** The file as it was when it was last read or written here. */
    private FileStamp stamp;

    /**
     * @param file where the configuration is kept
     * @param served the file's content, which the engine serves already
     * @param reloadDelay how long changes are gathered before a reload
     */
    public Configuration(
            Path file, HaproxyConfig served, Realisation realisation, Duration reloadDelay, InstantSource clock) {
        this.file = file;
        this.current = served;
        this.served = served;
        this.realisation = realisation;
        this.clock = clock;
        this.stamp = FileStamp.of(file);
        this.agent = new ReloadAgent(String.valueOf(file.getFileName()), reloadDelay, clock, this::reload);
        agent.start();
    }

    public HaproxyConfig current() {
        return current;
    }

    /** The configuration as a transaction sees it. */
    HaproxyConfig view(Optional<String> transaction) {
        if (transaction.isEmpty()) {
            return current;
        }
        lock.lock();
        try {
            return open(transaction.get()).config();
        } finally {
            lock.unlock();
        }
    }

    /** Makes one change, in a transaction or as one of its own. */
    Outcome change(WriteMode mode, UnaryOperator<HaproxyConfig> edit) {
        return switch (mode) {
            case WriteMode.InTransaction step -> {
                lock.lock();
                try {
                    Transaction transaction = open(step.id());
                    transactions.put(step.id(), transaction.with(edit.apply(transaction.config()), clock.instant()));
                    yield new Outcome.InTransaction();
                } finally {
                    lock.unlock();
                }
            }
            case WriteMode.Direct direct -> {
                Optional<Reload> reload;
                lock.lock();
                try {
                    rightOfWay.await(Optional.empty());
                    reread();
                    if (direct.version() >= 0) {
                        checkVersion(direct.version());
                    }
                    reload = apply(edit.apply(current), direct.force());
                } finally {
                    lock.unlock();
                }
                yield outcome(reload, direct.force());
            }
        };
    }

    /**
     * Makes a change that is not to be brought into effect by a reload: at run time if that can be, else when something else
     * reloads.
     */
    void changeWithoutReload(long version, UnaryOperator<HaproxyConfig> edit) {
        lock.lock();
        try {
            rightOfWay.await(Optional.empty());
            reread();
            if (version >= 0) {
                checkVersion(version);
            }
            HaproxyConfig before = store(edit.apply(current));
            if (served.equals(before) && (current.sameContent(before) || realisation.applyAtRuntime(before, current))) {
                served = current;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads the file again when somebody else has changed it. What can be served is brought into effect; what cannot is shown and
     * refused at the next change, with the reason.
     */
    public void refresh() {
        lock.lock();
        try {
            reread();
        } finally {
            lock.unlock();
        }
    }

    private void reread() {
        if (FileStamp.of(file).equals(stamp)) {
            return;
        }
        FileStamp now = FileStamp.rested(file);
        HaproxyConfig found;
        try {
            found = HaproxyConfig.parse(Files.readString(file));
        } catch (IOException e) {
            LOG.atError()
                    .setMessage("the configuration file cannot be read, what was read before stays in effect")
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log();
            return;
        }
        stamp = now;
        if (found.sameContent(current)) {
            return;
        }
        HaproxyConfig before = current;
        HaproxyConfig edited = found.withVersion(Math.max(found.version(), before.version() + 1));
        try {
            realisation.check(before, edited);
            write(edited);
        } catch (DataPlaneException | UncheckedIOException e) {
            current = edited;
            LOG.atError()
                    .setMessage("the configuration file was changed by hand and is not brought into effect")
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getMessage())
                    .log();
            return;
        }
        current = edited;
        LOG.atInfo()
                .setMessage("configuration file was changed by hand")
                .addKeyValue("file", file)
                .addKeyValue("version", edited.version())
                .log();
        takeEffect(before, edited, true);
    }

    /** Empty when that is done already; the lock is held. */
    private Optional<Reload> takeEffect(HaproxyConfig before, HaproxyConfig after, boolean atOnce) {
        if (served.equals(before) && (after.sameContent(before) || realisation.applyAtRuntime(before, after))) {
            served = after;
            return Optional.empty();
        }
        return Optional.of(agent.request(atOnce));
    }

    /** Checks what an edit would give, and changes nothing. */
    void check(UnaryOperator<HaproxyConfig> edit) {
        HaproxyConfig base = current;
        realisation.check(base, edit.apply(base));
    }

    Transaction begin(long version) {
        lock.lock();
        try {
            reread();
            checkVersionOfTransaction(version);
            Instant now = clock.instant();
            transactions.values().removeIf(t -> t.touched().plus(ABANDONED).isBefore(now));
            if (transactions.size() >= MOST_TRANSACTIONS) {
                throw new DataPlaneException(
                        Code.TOO_MANY_TRANSACTIONS,
                        MOST_TRANSACTIONS
                                + " transactions are open; commit or delete some, or wait: one that is not used for "
                                + ABANDONED.toMinutes() + " minutes is dropped");
            }
            Transaction transaction = new Transaction(
                    UUID.randomUUID().toString(), version, Transaction.Status.IN_PROGRESS, current, now);
            transactions.put(transaction.id(), transaction);
            rightOfWay.begun(transaction.id());
            return transaction;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A committed transaction and how far its change is. One that needs no reload is told as one whose reload is over: clients know
     * of a commit that it is followed by its reload.
     */
    record Commit(Transaction transaction, Outcome outcome) {}

    Commit commit(String id, boolean force) {
        Optional<Reload> reload;
        Transaction transaction;
        lock.lock();
        try {
            rightOfWay.await(Optional.of(id));
            transaction = open(id);
            reread();
            rightOfWay.ended(id);
            checkVersionOfTransaction(transaction.version());
            try {
                reload = apply(transaction.config(), force);
            } catch (DataPlaneException e) {
                transactions.put(id, transaction.with(Transaction.Status.FAILED));
                throw e;
            }
            transactions.remove(id);
        } finally {
            lock.unlock();
        }
        Outcome outcome =
                reload.isEmpty() && !force ? new Outcome.Pending(agent.done().id()) : outcome(reload, force);
        return new Commit(transaction.with(Transaction.Status.SUCCESS), outcome);
    }

    List<Transaction> transactions() {
        lock.lock();
        try {
            return List.copyOf(transactions.values());
        } finally {
            lock.unlock();
        }
    }

    Transaction transaction(String id) {
        lock.lock();
        try {
            Transaction transaction = transactions.get(id);
            if (transaction == null) {
                throw DataPlaneException.notFound("transaction " + id);
            }
            return transaction;
        } finally {
            lock.unlock();
        }
    }

    void delete(String id) {
        lock.lock();
        try {
            rightOfWay.ended(id);
            if (transactions.remove(id) == null) {
                throw DataPlaneException.notFound("transaction " + id);
            }
        } finally {
            lock.unlock();
        }
    }

    ReloadAgent reloads() {
        return agent;
    }

    /** Where the file is. */
    Path directory() {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " is in no directory");
        }
        return parent;
    }

    /**
     * A reload that brings files into effect which the configuration names.
     *
     * @throws DataPlaneException BAD_REQUEST when it failed
     */
    Outcome reloaded(boolean force) {
        return outcome(Optional.of(agent.request(force)), force);
    }

    /** Reloads without a change: what could not be served before may be possible now. */
    public void reloadAgain() {
        agent.request(false);
    }

    private Transaction open(String id) {
        Transaction transaction = transactions.get(id);
        if (transaction == null) {
            throw DataPlaneException.badRequest(
                    "transaction " + id + " does not exist: it was committed, deleted or dropped; begin another");
        }
        if (transaction.status() != Transaction.Status.IN_PROGRESS) {
            throw DataPlaneException.badRequest("transaction " + id + " has failed; begin another");
        }
        return transaction;
    }

    private void checkVersionOfTransaction(long version) {
        if (version != current.version()) {
            rightOfWay.lost();
        }
        checkVersion(version);
    }

    private void checkVersion(long version) {
        if (version != current.version()) {
            throw new DataPlaneException(
                    Code.CONFLICT,
                    "version " + version + " is not the configuration's: it is at " + current.version()
                            + "; read it again and repeat the change");
        }
    }

    /** Checks and writes; the lock is held. Empty when the change is in effect already. */
    private Optional<Reload> apply(HaproxyConfig changed, boolean atOnce) {
        HaproxyConfig before = store(changed);
        return takeEffect(before, current, atOnce);
    }

    /** Checks and writes under the next version, also what changes nothing: who writes counts on that. Gives what was before. */
    private HaproxyConfig store(HaproxyConfig changed) {
        HaproxyConfig before = current;
        HaproxyConfig candidate = changed.withVersion(before.version() + 1);
        if (!candidate.sameContent(before)) {
            realisation.check(before, candidate);
        }
        write(candidate);
        current = candidate;
        LOG.atInfo()
                .setMessage("configuration changed")
                .addKeyValue("file", file)
                .addKeyValue("version", candidate.version())
                .log();
        return before;
    }

    /**
     * What a change has come to. Nothing is said of one that needs a reload before the reload has ended, for what is said must
     * stay true.
     *
     * @throws DataPlaneException BAD_REQUEST when the reload failed and the change was taken back
     */
    private static Outcome outcome(Optional<Reload> reload, boolean force) {
        if (reload.isEmpty()) {
            return new Outcome.Applied();
        }
        boolean ended = reload.get().await(LONGEST_RELOAD);
        return force && ended
                ? new Outcome.Applied()
                : new Outcome.Pending(reload.get().id());
    }

    /** Runs on the agent's thread. */
    private void reload(Reload reload) {
        HaproxyConfig wanted = current;
        try {
            realisation.reload(wanted);
        } catch (DataPlaneException e) {
            LOG.atError()
                    .setMessage("reload failed, the configuration that was served before is restored")
                    .addKeyValue("file", file)
                    .addKeyValue("reload", reload.id())
                    .setCause(e)
                    .log();
            takeBack(reload, String.valueOf(e.getMessage()));
            return;
        }
        lock.lock();
        try {
            served = wanted;
        } finally {
            lock.unlock();
        }
        reload.succeeded(clock.instant());
    }

    private void takeBack(Reload reload, String why) {
        lock.lock();
        try {
            if (!current.sameContent(served)) {
                HaproxyConfig restored = served.withVersion(current.version() + 1);
                try {
                    write(restored);
                } catch (UncheckedIOException e) {
                    LOG.atError()
                            .setMessage("the file is not what is served")
                            .addKeyValue("file", file)
                            .setCause(e)
                            .log();
                }
                current = restored;
                served = restored;
            }
            agent.withdraw()
                    .ifPresent(next -> next.failed(clock.instant(), "reload " + reload.id() + " before it: " + why));
        } finally {
            lock.unlock();
        }
        reload.failed(clock.instant(), why);
    }

    private void write(HaproxyConfig config) {
        try {
            DurableFile.write(file, config.print());
            stamp = FileStamp.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        agent.close();
    }
}
