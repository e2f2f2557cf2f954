package io.kantoku.tkg.volumes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import java.util.Optional;

/**
 * What makes volumes for the claims of a cluster; the calls of a CSI controller service. Each may be repeated until it is done.
 *
 * @see <a href="https://github.com/container-storage-interface/spec/blob/master/spec.md">CSI specification</a>
 */
interface VolumeDriver {
    /**
     * A volume that is there.
     *
     * @param handle names it to the driver
     * @param bytes its size, which may be more than was asked for
     */
    record Volume(String handle, long bytes) {}

    /**
     * Makes the volume of a claim.
     *
     * @return empty while it is being made: a change of what the driver waits for leads here again
     * @throws DriverException when it cannot be made now
     */
    Optional<Volume> create(ClusterId cluster, KubeObject claim, KubeObject storageClass);

    /**
     * Removes a volume with what is on it; one that is gone is no error.
     *
     * @return whether it is gone
     * @throws DriverException when it cannot be removed now
     */
    boolean delete(ClusterId cluster, String handle);

    /**
     * Makes a volume larger.
     *
     * @return its size when it has at least the wanted one; empty while it is being enlarged
     * @throws DriverException when it cannot be enlarged now
     */
    Optional<Long> expand(ClusterId cluster, String handle, long bytes);
}
