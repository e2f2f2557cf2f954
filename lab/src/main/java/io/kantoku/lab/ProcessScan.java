package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds living processes by the token in their environment. */
final class ProcessScan {
    private ProcessScan() {}

    static List<ProcessId> withToken(String token) {
        String marked = Processes.TOKEN_VARIABLE + "=" + token;
        List<ProcessId> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (environment(process).contains(marked)) {
                    ProcessId.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new LabException(LabException.Code.KERNEL, "cannot list /proc: " + e.getMessage(), e);
        }
        return found;
    }

    private static List<String> environment(Path process) {
        try {
            String text = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return List.of(text.split("\0", -1));
        } catch (IOException e) { // it ended, or is another user's and so none of ours
            return List.of();
        }
    }
}
