package io.kantoku.kubelet.image;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of images, as Docker and containerd write them in full: {@code docker.io/library/web:latest}. Pure. */
public final class ImageName {
    private static final Pattern VALID = Pattern.compile(
            "[a-zA-Z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?");

    private ImageName() {}

    /**
     * The full name.
     *
     * @throws ImageException when it is no name of an image, in the words of kubelets
     */
    public static String full(String name) {
        String full = withTag(withRegistry(name));
        if (name.isEmpty() || !VALID.matcher(full).matches()) {
            throw new ImageException(
                    ImageException.Code.BAD_ARCHIVE,
                    "Failed to apply default image tag \"" + name + "\": couldn't parse image name \"" + name
                            + "\": invalid reference format");
        }
        return full;
    }

    private static String withRegistry(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean registry = first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
        if (!registry) {
            return "docker.io/" + (slash < 0 ? "library/" : "") + name;
        }
        return first.equals("index.docker.io") ? "docker.io" + name.substring(slash) : name;
    }

    private static String withTag(String name) {
        boolean tagged = name.indexOf('@') >= 0 || name.lastIndexOf(':') > name.lastIndexOf('/');
        return tagged ? name : name + ":latest";
    }

    /** Whether a pod whose container does not say would pull it each time: its tag is {@code latest}. */
    public static boolean latest(String name) {
        return name.indexOf('@') < 0 && withTag(name).endsWith(":latest");
    }
}
