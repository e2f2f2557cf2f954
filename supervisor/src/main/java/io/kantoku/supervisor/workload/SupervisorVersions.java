package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.library.ReleaseVersion;
import java.util.List;

/** The Kubernetes versions that Supervisors can have: upstream's, with build metadata of our own. */
public final class SupervisorVersions {
    /** What a cluster gets when it is enabled. */
    public static final String FIRST = "v1.18.2-6+kantoku.1";

    private static final List<ReleaseVersion> ALL = List.of(
            ReleaseVersion.parse(FIRST),
            ReleaseVersion.parse("v1.19.16-1+kantoku.1"),
            ReleaseVersion.parse("v1.20.15-1+kantoku.1"));

    private SupervisorVersions() {}

    /** All of this build, the oldest first. */
    public static List<String> all() {
        return ALL.stream().map(ReleaseVersion::toString).toList();
    }

    /** Where a Supervisor of that version can go: to newer ones, one minor at a time. */
    public static List<String> upgradesOf(String version) {
        ReleaseVersion from = ReleaseVersion.parse(version);
        return ALL.stream()
                .filter(to -> to.compareTo(from) > 0 && to.minor() <= from.minor() + 1)
                .map(ReleaseVersion::toString)
                .toList();
    }
}
