package io.kantoku.vsphere;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a machine is made from.
 *
 * @param name unique in its folder; at most 80 characters
 * @param image the name of a library item, or {@code ""} for a machine whose system comes with the product
 * @param nics its cards, the first one first
 * @param userData cloud-init user data; holds keys and is never shown
 * @param metadata free key/values that stay with the machine
 */
public record VmSpec(
        String name,
        VmPlacement placement,
        VmHardware hardware,
        String image,
        List<Nic> nics,
        SecretBytes userData,
        Map<String, String> metadata) {
    /** The key in the metadata of the logical cluster that a machine is of; what its bootstrap data say must agree. */
    public static final String CLUSTER = "kantoku.io/cluster-id";

    private static final int LONGEST_NAME = 80;

    public VmSpec {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(VmSpec::unfit)) {
            throw VsphereException.invalid("'" + name + "' cannot name a machine: a name has 1 to " + LONGEST_NAME
                    + " characters and no slash, backslash, percent or control character");
        }
        nics = List.copyOf(nics);
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    private static boolean unfit(int c) {
        return c == '/' || c == '\\' || c == '%' || Character.isISOControl(c);
    }

    public VmSpec withHardware(VmHardware changed) {
        return new VmSpec(name, placement, changed, image, nics, userData, metadata);
    }

    public VmSpec withNics(List<Nic> changed) {
        return new VmSpec(name, placement, hardware, image, changed, userData, metadata);
    }
}
