package io.kantoku.lab;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.lab.LabException.Code;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of everything that an instance made on the machine. An entry is on disk before the thing is made, so that what a killed
 * instance left behind can be found and removed. Thread-safe; the instance lock keeps other processes away.
 */
public final class Ledger implements AutoCloseable {
    /*
     * The file has one JSON document per line, {"add": entry} or {"remove": entry}, each forced to disk before the call returns.
     * A crash can tear only the last line, whose call has not returned: it is dropped. Opening writes the file anew without
     * what was removed, next to the old one and renamed over it.
     *
     * It is written through a stream: whoever interrupts a thread that writes through a channel closes the channel, and everybody's
     * later entries would be refused.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileOutputStream stream;
    private final Set<LedgerEntry> entries;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(@Nullable LedgerEntry add, @Nullable LedgerEntry remove) {}

    private Ledger(Path file, FileOutputStream stream, Set<LedgerEntry> entries) {
        this.file = file;
        this.stream = stream;
        this.entries = entries;
    }

    /**
     * Opens the ledger in a file, which need not exist.
     *
     * @throws LabException when a line other than the last cannot be read, for then it would forget things
     */
    public static Ledger open(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Set<LedgerEntry> entries = Files.exists(file) ? replay(file) : new LinkedHashSet<>();
            return new Ledger(file, rewrite(file, entries), entries);
        } catch (IOException e) {
            throw failed("cannot be opened", file, e);
        }
    }

    private static Set<LedgerEntry> replay(Path file) throws IOException {
        String text = Files.readString(file);
        Set<LedgerEntry> entries = new LinkedHashSet<>();
        int number = 0;
        for (int start = 0; start < text.length(); ) {
            number++;
            int end = text.indexOf('\n', start);
            if (end < 0) {
                LOG.atWarn()
                        .setMessage("dropped the torn last line of the ledger")
                        .addKeyValue("file", file)
                        .log();
                break;
            }
            apply(file, number, text.substring(start, end), entries);
            start = end + 1;
        }
        return entries;
    }

    private static void apply(Path file, int number, String text, Set<LedgerEntry> entries) {
        try {
            Line line = JSON.readValue(text, Line.class);
            if (line.add() != null) {
                entries.add(line.add());
            }
            if (line.remove() != null) {
                entries.remove(line.remove());
            }
        } catch (JsonProcessingException e) {
            throw failed(
                    "is damaged in line " + number + " (" + e.getOriginalMessage()
                            + "); look at it, remove that line if nothing it names is left on the machine, and start again",
                    file,
                    e);
        }
    }

    private static FileOutputStream rewrite(Path file, Set<LedgerEntry> entries) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(line(new Line(entry, null))));
        try (FileOutputStream fresh = new FileOutputStream(next.toFile())) {
            write(fresh, text.toString());
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
        return new FileOutputStream(file.toFile(), true);
    }

    /** Writes the entry down; when this returns, it survives a crash. To be called before the thing is made. */
    public synchronized void record(LedgerEntry entry) {
        if (!entries.contains(entry)) {
            append(new Line(entry, null));
            entries.add(entry);
        }
    }

    /** Strikes the entry out; to be called after the thing is gone. */
    public synchronized void forget(LedgerEntry entry) {
        if (entries.contains(entry)) {
            append(new Line(null, entry));
            entries.remove(entry);
        }
    }

    /** Everything that was made and not removed, oldest first. */
    public synchronized List<LedgerEntry> entries() {
        return List.copyOf(entries);
    }

    private void append(Line line) {
        try {
            write(stream, line(line));
        } catch (IOException e) {
            throw failed("cannot be written", file, e);
        }
    }

    private static void write(FileOutputStream stream, String text) throws IOException {
        stream.write(text.getBytes(StandardCharsets.UTF_8));
        stream.getFD().sync();
    }

    private static String line(Line line) {
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LabException failed(String what, Path file, IOException cause) {
        return new LabException(Code.LEDGER, "the ledger " + file + " " + what + ": " + cause.getMessage(), cause);
    }

    @Override
    public synchronized void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw failed("cannot be closed", file, e);
        }
    }
}
