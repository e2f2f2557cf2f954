package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Keeps the logs of containers from growing: at ten megabytes a new file is begun, and four old ones are kept, as upstream does. */
final class LogRotation {
    private static final long LONGEST = 10 * 1024 * 1024;
    private static final int KEPT = 4;
    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final PodHost host;

    LogRotation(PodHost host) {
        this.host = host;
    }

    /** Rotates what has grown too long of a pod's running containers. */
    void rotate(KubeObject pod, ObservedPod observed) {
        for (Container container : observed.containers()) {
            Path log = SandboxSpecs.logDirectory(host.layout(), pod)
                    .resolve(container.name())
                    .resolve(container.attempt() + ".log");
            try {
                if (container.running() && Files.exists(log) && Files.size(log) > LONGEST) {
                    rotate(container, log, host.clock().instant());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the log " + log + " cannot be rotated: " + e.getMessage(), e);
            }
        }
    }

    private void rotate(Container container, Path log, Instant now) throws IOException {
        Files.move(log, log.resolveSibling(log.getFileName() + "." + SUFFIX.format(now)));
        host.cri().reopenLog(container.id());
        List<Path> old = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(log.getParent(), log.getFileName() + ".*")) {
            files.forEach(old::add);
        }
        old.sort(null);
        for (Path superfluous : old.subList(0, Math.max(0, old.size() - KEPT))) {
            Files.delete(superfluous);
        }
    }
}
