package io.kantoku.kubelet.pod;

import java.io.Serial;

/** A volume that cannot be prepared yet; the message is an Event's. */
final class VolumeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    VolumeException(String volume, String why) {
        super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
    }

    VolumeException(String volume, String why, Throwable cause) {
        super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why, cause);
    }
}
