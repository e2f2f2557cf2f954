package io.kantoku.apiserver.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of audit Events, which only its owner can read. When it has its full size it is put aside under a name with the time, {@code
 * audit-2026-11-29T05-10-00.000.log}, and the oldest of these are removed. An Event that cannot be written does not stop its request.
 */
public final class AuditFile implements AuditSink, AutoCloseable {
    /** As large as a file gets, in bytes: upstream's default. */
    public static final long FULL = 100L << 20;

    /** How many full files are kept. */
    public static final int KEPT = 10;

    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

    private final Path path;
    private final long full;
    private final int kept;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private OutputStream out;
    private long size;
    private boolean failing;

    private AuditFile(Path path, long full, int kept, InstantSource clock) throws IOException {
        this.path = path;
        this.full = full;
        this.kept = kept;
        this.clock = clock;
        this.out = open();
    }

    /**
     * Opens a file and goes on at its end.
     *
     * @param full bytes after which a new file is begun
     * @param kept full files that are kept
     * @throws IOException when it cannot be written
     */
    public static AuditFile open(Path path, long full, int kept, InstantSource clock) throws IOException {
        return new AuditFile(path.toAbsolutePath(), full, kept, clock);
    }

    private OutputStream open() throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.size(path);
        return Files.newOutputStream(path, StandardOpenOption.APPEND);
    }

    @Override
    public void write(byte[] line) {
        lock.lock();
        try {
            if (size > 0 && size + line.length + 1 > full) {
                rotate();
            }
            byte[] whole = new byte[line.length + 1];
            System.arraycopy(line, 0, whole, 0, line.length);
            whole[line.length] = '\n';
            out.write(whole);
            size += whole.length;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.atError()
                        .setMessage("audit events cannot be written and are lost until they can")
                        .addKeyValue("file", path)
                        .setCause(e)
                        .log();
            }
            failing = true;
        } finally {
            lock.unlock();
        }
    }

    private void rotate() throws IOException {
        out.close();
        Files.move(path, path.resolveSibling(stem() + "-" + TIME.format(clock.instant()) + suffix()));
        out = open();
        List<Path> aside;
        try (Stream<Path> files = Files.list(path.resolveSibling(""))) {
            aside = files.filter(file -> setAside(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        for (Path old : aside.subList(0, Math.max(0, aside.size() - kept))) {
            Files.deleteIfExists(old);
        }
    }

    private boolean setAside(String name) {
        return name.length() == path.getFileName().toString().length() + "-2026-11-29T05-10-00.000".length()
                && name.startsWith(stem() + "-2")
                && name.endsWith(suffix());
    }

    private String stem() {
        String name = path.getFileName().toString();
        return name.substring(0, name.length() - suffix().length());
    }

    private String suffix() {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            out.close();
        } finally {
            lock.unlock();
        }
    }
}
