package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Shell;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a server needs.
 *
 * @param heapBytes live objects, after a full collection
 * @param residentBytes all of the process's memory, as the kernel counts it
 */
record Memory(long heapBytes, long residentBytes) {
    private static final Pattern USED = Pattern.compile("\\btotal [^\\n]*?used (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Looks at a JVM from outside, with the JDK's own tool. */
    static Memory of(Shell shell, long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        shell.run(List.of(jcmd, String.valueOf(pid), "GC.run")).succeeds();
        Outcome heap =
                shell.run(List.of(jcmd, String.valueOf(pid), "GC.heap_info")).succeeds();
        String status = Files.readString(Path.of("/proc", String.valueOf(pid), "status"));
        return new Memory(kibibytes(USED, heap.out()), kibibytes(RESIDENT, status));
    }

    /** The sum of what the pattern finds: some collectors tell of each generation. */
    private static long kibibytes(Pattern pattern, String text) {
        long sum = pattern.matcher(text)
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
        if (sum == 0) {
            throw new TrialFailure("no memory figure in:\n" + text);
        }
        return sum << 10;
    }

    ObjectNode toJson() {
        return Json.object().put("heap_bytes", heapBytes).put("resident_bytes", residentBytes);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "heap %.1f MiB, resident %.0f MiB", heapBytes / 1048576.0, residentBytes / 1048576.0);
    }
}
