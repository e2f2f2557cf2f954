package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The last words of containers: their file, or the end of their log where they ask for that. Owned by the pod's worker. */
final class TerminationMessages {
    private static final int LONGEST_FILE = 4096;
    private static final int LONGEST_LOG = 2048;
    private static final int LOG_LINES = 80;

    private final RuntimeLayout layout;
    private final PodDirectory directory;
    private final Map<String, String> known = new HashMap<>();

    TerminationMessages(RuntimeLayout layout, PodDirectory directory) {
        this.layout = layout;
        this.directory = directory;
    }

    /** {@code ""} when there are none. */
    String of(KubeObject pod, PodContainer container, Container ended) {
        return known.computeIfAbsent(ended.id(), _ -> read(pod, container, ended));
    }

    private String read(KubeObject pod, PodContainer container, Container ended) {
        String words = end(directory.terminationMessage(container.name(), ended.attempt()), LONGEST_FILE);
        boolean fallback =
                container.json().path("terminationMessagePolicy").asText().equals("FallbackToLogsOnError");
        if (!words.isEmpty() || !fallback || ended.exitCode() == 0) {
            return words;
        }
        Path log =
                SandboxSpecs.logDirectory(layout, pod).resolve(container.name()).resolve(ended.attempt() + ".log");
        String[] lines = end(log, 4 * LONGEST_LOG).split("\n", -1);
        StringBuilder text = new StringBuilder();
        for (int i = Math.max(0, lines.length - LOG_LINES); i < lines.length; i++) {
            String[] parts = lines[i].split(" ", 4); // time, stream, tag, text
            if (parts.length == 4) {
                text.append(parts[3]).append('\n');
            }
        }
        return text.substring(Math.max(0, text.length() - LONGEST_LOG));
    }

    private static String end(Path file, int bytes) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(Math.max(0, in.length() - bytes));
            byte[] end = new byte[(int) Math.min(bytes, in.length())];
            in.readFully(end);
            return new String(end, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
