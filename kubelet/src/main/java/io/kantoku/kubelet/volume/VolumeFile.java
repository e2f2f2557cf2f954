package io.kantoku.kubelet.volume;

import java.util.Arrays;
import java.util.Objects;

/** A file of a volume: what is in it, and its permission bits. Equal when both are. */
@SuppressWarnings("ArrayRecordComponent") // equality is by content
public record VolumeFile(byte[] content, int mode) {
    @Override
    public boolean equals(Object other) {
        return other instanceof VolumeFile file && mode == file.mode && Arrays.equals(content, file.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mode, Arrays.hashCode(content));
    }

    /** Never the content: it may be a secret. */
    @Override
    public String toString() {
        return "VolumeFile[" + content.length + " bytes, mode " + Integer.toOctalString(mode) + "]";
    }
}
