package io.kantoku.kubelet.pod;

import java.io.Serial;

/** A volume is not attached to the node yet; the attachment's change leads to another look. */
final class AttachmentException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param volume its name in the pod */
    AttachmentException(String volume) {
        super("Unable to attach or mount volumes: unmounted volumes=[" + volume + "], unattached volumes=[" + volume
                + "], failed to process volumes=[]: timed out waiting for the condition");
    }
}
