package io.kantoku.supervisor.audit;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.Changes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A file of JSON lines, one per entry, that only its owner can read. When it has become large it is kept beside under
 * {@code .1}, in place of the one before, and begun anew. The newest entries can be read. Thread-safe.
 */
public final class AuditLog implements Audit, AutoCloseable {
    private static final int ENTRIES_KEPT = 5_000;
    private static final long LARGEST_FILE = 32L << 20;

    private final Path file;
    private final Changes changes;
    private final InstantSource clock;
    private final ArrayDeque<AuditEntry> newest = new ArrayDeque<>();
    private BufferedWriter writer;
    private long last;
    private long written;

    private AuditLog(Path file, Changes changes, InstantSource clock) throws IOException {
        this.file = file;
        this.changes = changes;
        this.clock = clock;
        read();
        writer = open();
    }

    /**
     * Opens the log, and goes on in a file that is there.
     *
     * @throws IOException when the file cannot be read or written
     */
    public static AuditLog open(Path file, Changes changes, InstantSource clock) throws IOException {
        return new AuditLog(file, changes, clock);
    }

    /** Writes an entry, which is with the operating system when this returns. */
    @Override
    public void add(Deed deed) {
        long number;
        synchronized (this) {
            AuditEntry entry = new AuditEntry(last + 1, clock.instant(), deed);
            String line = new String(Json.bytes(entry.toJson()), StandardCharsets.UTF_8);
            try {
                if (written > LARGEST_FILE) {
                    turn();
                }
                writer.write(line);
                writer.write('\n');
                writer.flush();
                written += line.length() + 1;
            } catch (IOException e) {
                throw new UncheckedIOException("the audit log " + file + " cannot be written", e);
            }
            keep(entry);
            number = last;
        }
        changes.publish(Changes.Topic.AUDIT, Long.toString(number));
    }

    /** The newest entries of those wanted, the newest first. */
    public synchronized List<AuditEntry> newest(Predicate<AuditEntry> wanted, int limit) {
        List<AuditEntry> found = new ArrayList<>();
        Iterator<AuditEntry> entries = newest.descendingIterator();
        while (entries.hasNext() && found.size() < limit) {
            AuditEntry entry = entries.next();
            if (wanted.test(entry)) {
                found.add(entry);
            }
        }
        return found;
    }

    @Override
    public synchronized void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + file + " cannot be closed", e);
        }
    }

    private void keep(AuditEntry entry) {
        newest.add(entry);
        if (newest.size() > ENTRIES_KEPT) {
            newest.removeFirst();
        }
        last = entry.number();
    }

    private void read() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        written = Files.size(file);
        try (Stream<String> lines = Files.lines(file)) {
            lines.map(AuditLog::parse).flatMap(Optional::stream).forEach(this::keep);
        }
    }

    /** The entry of a line; empty for one that is cut, as the last of a process that was killed may be. */
    private static Optional<AuditEntry> parse(String line) {
        try {
            return Optional.of(AuditEntry.of(Json.parse(line.getBytes(StandardCharsets.UTF_8))));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private BufferedWriter open() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
        }
        BufferedWriter opened = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        if (cut()) {
            opened.newLine();
        }
        return opened;
    }

    /** Whether the file ends within a line, since its writer was killed. */
    private boolean cut() throws IOException {
        try (RandomAccessFile read = new RandomAccessFile(file.toFile(), "r")) {
            if (read.length() == 0) {
                return false;
            }
            read.seek(read.length() - 1);
            return read.read() != '\n';
        }
    }

    private void turn() throws IOException {
        writer.close();
        Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        writer = open();
        written = 0;
    }
}
