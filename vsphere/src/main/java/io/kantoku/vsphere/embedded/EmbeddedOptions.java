package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.library.Release;
import java.util.List;

/**
 * What can be chosen of the embedded inventory.
 *
 * @param hosts how many hosts the cluster has
 * @param capacity the size of each host
 * @param datastoreMiB the size of the datastore
 * @param releases what the content library holds
 */
public record EmbeddedOptions(int hosts, HostCapacity capacity, long datastoreMiB, List<Release> releases) {
    /**
     * The size of a host.
     *
     * @param cores at this clock
     */
    public record HostCapacity(int cores, int coreMhz, long memoryMiB) {
        public HostCapacity {
            if (cores < 1 || coreMhz < 1 || memoryMiB < 1) {
                throw new IllegalArgumentException("a host needs cores, a clock and memory");
            }
        }
    }

    private static final int MOST_HOSTS = 64;

    public EmbeddedOptions {
        if (hosts < 1 || hosts > MOST_HOSTS) {
            throw new IllegalArgumentException("a cluster has 1 to " + MOST_HOSTS + " hosts, not " + hosts);
        }
        releases = List.copyOf(releases);
    }

    /** Three hosts with room for 768 machines of class guaranteed-small, 200 TiB of disk, and all our releases. */
    public static EmbeddedOptions defaults() {
        return new EmbeddedOptions(3, new HostCapacity(512, 2400, 4L << 20), 200L << 20, ReleaseCatalog.RELEASES);
    }

    public EmbeddedOptions withHosts(int changed) {
        return new EmbeddedOptions(changed, capacity, datastoreMiB, releases);
    }

    public EmbeddedOptions withCapacity(int cores, int coreMhz, long memoryMiB) {
        return new EmbeddedOptions(hosts, new HostCapacity(cores, coreMhz, memoryMiB), datastoreMiB, releases);
    }

    public EmbeddedOptions withDatastore(long sizeMiB) {
        return new EmbeddedOptions(hosts, capacity, sizeMiB, releases);
    }

    public EmbeddedOptions withReleases(List<Release> changed) {
        return new EmbeddedOptions(hosts, capacity, datastoreMiB, changed);
    }
}
