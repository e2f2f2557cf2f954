package io.kantoku.kubelet.image;

import java.io.Serial;

/** An archive that is no image, or an image that is not there. The message is for the user who asked. */
public final class ImageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** The file is no archive of images, or one that cannot be used. */
        BAD_ARCHIVE,
        /** No image of that name is there. */
        NOT_FOUND,
        /** A file cannot be read or written. */
        STORAGE
    }

    private final Code code;

    public ImageException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public ImageException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
