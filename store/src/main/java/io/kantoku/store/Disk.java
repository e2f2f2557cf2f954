package io.kantoku.store;

import java.io.IOException;
import java.nio.file.Path;

/** The file operations on which durability rests; tests put a failing one in its place. */
interface Disk {
    /** Makes a new empty file that only its owner may read, replacing one of that name. */
    WritableFile create(Path path) throws IOException;

    WritableFile open(Path path) throws IOException;

    /** Gives a file a new name in the same directory; durable when this returns. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file if it exists; after a crash it may be there again. */
    void delete(Path path) throws IOException;

    static Disk local() {
        return new LocalDisk();
    }
}
