package io.kantoku.vsphere.library;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build of a Kubernetes release as a node image.
 *
 * @param build the number of the image's build
 * @param flavor what the image is made of: {@code kantoku} for our own, for example {@code photon-3} for others'
 */
public record Release(long build, String flavor, ReleaseVersion version) implements Comparable<Release> {
    /** The flavor of our own builds. */
    public static final String OWN = "kantoku";

    private static final Pattern IMAGE = Pattern.compile("ob-(\\d{1,12})-([a-z0-9.-]+?)-k8s-(v.+)");

    public static Release own(long build, String version) {
        return new Release(build, OWN, ReleaseVersion.parse(version));
    }

    /** Reads an image name; empty when it does not name a node image. */
    public static Optional<Release> ofImageName(String name) {
        Matcher matcher = IMAGE.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            ReleaseVersion version = ReleaseVersion.ofReleaseName(matcher.group(3));
            return Optional.of(new Release(Long.parseLong(matcher.group(1)), matcher.group(2), version));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The name of the library item, for example {@code ob-18407322-kantoku-k8s-v1.18.5---kantoku.1}. */
    public String imageName() {
        return "ob-" + build + "-" + flavor + "-k8s-" + name();
    }

    /** The name of the TanzuKubernetesRelease object. */
    public String name() {
        return version.releaseName();
    }

    /** Older versions first; of one version the older build first. */
    @Override
    public int compareTo(Release other) {
        int order = version.compareTo(other.version);
        return order == 0 ? Long.compare(build, other.build) : order;
    }
}
