package io.kantoku.loadbalancer.dataplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * By what a change of a file is noticed.
 *
 * @param identity of the file itself: a file that was put in its place has another
 */
record FileStamp(String identity, long size, FileTime modified) {
    private static final FileStamp NONE = new FileStamp("", -1, FileTime.fromMillis(0));

    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(
                    String.valueOf(attributes.fileKey()), attributes.size(), attributes.lastModifiedTime());
        } catch (IOException e) {
            return NONE; // whoever reads it will hear why
        }
    }
}
