package io.kantoku.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is written at positions and made durable on request. */
interface WritableFile extends Closeable {
    /** Writes all of a buffer; on failure any part of it may have been written. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Returns once everything written is on the disk. */
    void force() throws IOException;
}
