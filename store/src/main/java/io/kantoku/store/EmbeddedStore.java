package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a directory of this machine, with all of its newest state in memory.
 *
 * <p>A write waits for one sync of the log, which it shares with all writes that wait at the same time (see {@link Committer});
 * reads touch memory only. Two platform threads belong to a store; a watch uses a virtual thread while it delivers. The files
 * are the owner's only, for they contain whatever secrets the values do.
 */
public final class EmbeddedStore implements Store {
    private static final Logger logger = LoggerFactory.getLogger(EmbeddedStore.class);

    /** The largest value that is accepted. */
    public static final int MAX_VALUE_BYTES = 16 << 20;

    private static final int MAX_KEY_LENGTH = 4096;

    private final DirectoryLock lock;
    private final Versions versions;
    private final Log log;
    private final WatchHub watches;
    private final Upkeep upkeep;
    private final Committer committer;
    private volatile boolean closed;

    private EmbeddedStore(
            DirectoryLock lock, Versions versions, Log log, WatchHub watches, Upkeep upkeep, Committer committer) {
        this.lock = lock;
        this.versions = versions;
        this.log = log;
        this.watches = watches;
        this.upkeep = upkeep;
        this.committer = committer;
    }

    /** {@link #open(Path, EmbeddedStoreOptions)} with the default options. */
    public static EmbeddedStore open(Path directory) {
        return open(directory, EmbeddedStoreOptions.defaults());
    }

    /**
     * Opens the store in a directory, which is made if it does not exist.
     *
     * @throws StoreException {@link Code#UNREADABLE} when its files are damaged or of a newer format, {@link
     *     Code#UNAVAILABLE} when another process has it open or the disk fails
     */
    public static EmbeddedStore open(Path directory, EmbeddedStoreOptions options) {
        return open(directory, options, Disk.local());
    }

    static EmbeddedStore open(Path directory, EmbeddedStoreOptions options, Disk disk) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                LocalDisk.syncNameOf(directory.toAbsolutePath());
            }
            DirectoryLock lock = DirectoryLock.take(directory);
            boolean opened = false;
            try {
                EmbeddedStore store = recover(lock, directory, options, disk);
                opened = true;
                return store;
            } finally {
                if (!opened) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new StoreException(
                    Code.UNAVAILABLE,
                    "the store in " + directory + " cannot be opened: " + e
                            + "; check that the directory can be written and the disk has room",
                    e);
        }
    }

    private static EmbeddedStore recover(DirectoryLock lock, Path directory, EmbeddedStoreOptions options, Disk disk)
            throws IOException {
        long start = System.nanoTime();
        Versions versions = new Versions(options.retention());
        Recovery recovery = Recovery.run(directory, disk, versions);
        Upkeep upkeep = new Upkeep(directory, disk, options, versions, recovery.snapshotBytes());
        Log log = new Log(
                directory, disk, options, new SecureRandom(), upkeep::background, recovery.full(), recovery.last());
        try {
            log.begin(versions.revision() + 1);
        } catch (IOException e) {
            log.close();
            throw e;
        }
        WatchHub watches = new WatchHub(versions);
        Committer committer = new Committer(versions, log, watches::announce, upkeep::trim);
        committer.start();
        upkeep.start(log, committer, watches);
        logger.atInfo()
                .setMessage("store opened")
                .addKeyValue("directory", directory)
                .addKeyValue("revision", versions.revision())
                .addKeyValue("milliseconds", (System.nanoTime() - start) / 1_000_000)
                .log();
        return new EmbeddedStore(lock, versions, log, watches, upkeep, committer);
    }

    @Override
    public long revision() {
        return versions.revision();
    }

    @Override
    public long compactedRevision() {
        return versions.compacted();
    }

    @Override
    public Optional<Entry> get(String key) {
        checkOpen();
        return Optional.ofNullable(versions.get(key));
    }

    @Override
    public Page range(RangeRequest request) {
        checkOpen();
        return versions.range(request);
    }

    @Override
    public Entry put(String key, byte[] value, Expectation expected) {
        checkKey(key);
        if (value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "the value of " + key + " has " + value.length + " bytes, more than " + MAX_VALUE_BYTES);
        }
        return committer.execute(new Command.Put(key, value, expected));
    }

    @Override
    public long delete(String key, Expectation expected) {
        return committer.execute(new Command.Delete(key, expected));
    }

    @Override
    public int deletePrefix(String prefix) {
        return committer.execute(new Command.DeletePrefix(prefix));
    }

    @Override
    public Watch watch(String prefix, long afterRevision, Watcher watcher) {
        return watches.add(prefix, afterRevision, watcher);
    }

    @Override
    public void compact(long revision) {
        committer.execute(new Command.Compact(revision));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            committer.stop();
            upkeep.close();
            watches.close();
            log.close();
            lock.close();
        } catch (IOException e) {
            throw new StoreException(Code.UNAVAILABLE, "the store's files could not be closed: " + e, e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StoreException(Code.CLOSED, "the store is closed");
        }
    }

    /** A lone surrogate has no UTF-8 form: two keys could become one on disk. */
    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_LENGTH + " characters, not " + key.length());
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < key.length() && Character.isSurrogatePair(c, key.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException("a key must be well-formed UTF-16: " + key);
                }
                i++;
            }
        }
    }

    /** Does at once what is otherwise done from time to time. */
    void runUpkeep() {
        upkeep.run(log, committer, watches);
    }
}
