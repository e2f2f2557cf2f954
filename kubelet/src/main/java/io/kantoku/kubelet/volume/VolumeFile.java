package io.kantoku.kubelet.volume;

import java.util.Arrays;
import java.util.Objects;

/**
 * A file of a volume: what is in it, its permission bits, and whose it is. Equal when all are.
 *
 * @param owner the user's number; negative for root
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content
public record VolumeFile(byte[] content, int mode, long owner) {
    /** A file of root's. */
    public VolumeFile(byte[] content, int mode) {
        this(content, mode, -1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VolumeFile file
                && mode == file.mode
                && owner == file.owner
                && Arrays.equals(content, file.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, owner, Arrays.hashCode(content));
    }

    /** Never the content: it may be a secret. */
    @Override
    public String toString() {
        return "VolumeFile[" + content.length + " bytes, mode " + Integer.toOctalString(mode) + "]";
    }
}
