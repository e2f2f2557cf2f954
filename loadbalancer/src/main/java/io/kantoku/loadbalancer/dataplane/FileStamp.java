package io.kantoku.loadbalancer.dataplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * By what a change of a file is noticed.
 *
 * @param identity of the file itself: a file that was put in its place has another
 */
record FileStamp(String identity, long size, FileTime modified) {
    private static final FileStamp NONE = new FileStamp("", -1, FileTime.fromMillis(0));
    private static final Duration REST = Duration.ofMillis(50);
    private static final int MOST_RESTS = 40;

    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(
                    String.valueOf(attributes.fileKey()), attributes.size(), attributes.lastModifiedTime());
        } catch (IOException e) {
            return NONE; // whoever reads it will hear why
        }
    }

    /**
     * The stamp of a file that nobody writes just now: an editor writes in several steps, and half a file must not be taken for the
     * whole. Waits while it is younger than a moment, two seconds at most.
     */
    static FileStamp rested(Path file) {
        FileStamp stamp = of(file);
        for (int i = 0; i < MOST_RESTS && stamp.isYoung(); i++) {
            LockSupport.parkNanos(REST.toNanos());
            stamp = of(file);
        }
        return stamp;
    }

    private boolean isYoung() {
        long age = System.currentTimeMillis() - modified.toMillis();
        return age >= 0 && age < REST.toMillis();
    }
}
