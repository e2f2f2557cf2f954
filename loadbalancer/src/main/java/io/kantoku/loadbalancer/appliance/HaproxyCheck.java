package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks HAProxy itself whether a configuration is one. */
final class HaproxyCheck {
    private static final int LONGEST_SECONDS = 30;
    private static final Pattern PREFIX =
            Pattern.compile("^\\[(ALERT|WARNING|NOTICE)]\\s*(\\(\\d+\\)|[0-9/]+)\\s*:\\s*");
    private static final List<String> SUMMARIES =
            List.of("Error(s) found in", "Fatal errors found", "Warnings were found");

    private final Path binary;
    private final Path candidate;
    private final Path output;

    /** @param candidate where the text is put for HAProxy; its name stands in messages */
    HaproxyCheck(Path binary, Path candidate) {
        this.binary = binary;
        this.candidate = candidate;
        this.output = candidate.resolveSibling(candidate.getFileName() + ".log");
    }

    /** @throws DataPlaneException BAD_REQUEST with HAProxy's messages, which name file and line */
    synchronized void check(String text) {
        try {
            DurableFile.writeDerived(candidate, text);
            Process process = new ProcessBuilder(binary.toString(), "-c", "-f", candidate.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new DataPlaneException(
                        Code.INTERNAL, "HAProxy did not check the configuration within " + LONGEST_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                String said = Files.readString(output, StandardCharsets.UTF_8);
                throw DataPlaneException.badRequest(
                        "HAProxy refuses the configuration: " + alerts(said, candidate.toString()));
            }
        } catch (IOException e) {
            throw new DataPlaneException(Code.INTERNAL, "HAProxy cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException(Code.INTERNAL, "interrupted while HAProxy checks the configuration", e);
        }
    }

    /** The lines of HAProxy's output that tell what is wrong, without pid and directory. */
    static String alerts(String output, String file) {
        String alerts = output.lines()
                .filter(line -> line.startsWith("[ALERT]"))
                .map(line -> PREFIX.matcher(line).replaceFirst(""))
                .filter(line -> SUMMARIES.stream().noneMatch(line::contains))
                .map(line -> line.replace(file, "haproxy.cfg"))
                .distinct()
                .collect(Collectors.joining("; "));
        return alerts.isEmpty() ? output.strip() : alerts;
    }
}
