package io.kantoku.cli;

import io.kantoku.cli.instance.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Tells others that the instance of a state directory is ready. */
final class ReadyFile {
    private ReadyFile() {}

    static void write(StateDirectory directory) throws IOException {
        Path fresh = directory.ready().resolveSibling("ready.new");
        Files.writeString(fresh, ProcessHandle.current().pid() + "\n");
        Files.move(fresh, directory.ready(), StandardCopyOption.ATOMIC_MOVE);
    }
}
