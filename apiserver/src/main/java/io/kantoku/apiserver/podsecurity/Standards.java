package io.kantoku.apiserver.podsecurity;

import java.util.ArrayList;
import java.util.List;

/** The checks of each level, in the order in which messages tell of them. */
final class Standards {
    private static final List<Check> BOTH = List.of(
            BaselineChecks::appArmor,
            BaselineChecks::hostNamespaces,
            BaselineChecks::probeHosts,
            BaselineChecks::hostPorts,
            BaselineChecks::privileged,
            BaselineChecks::procMount,
            BaselineChecks::seLinux,
            BaselineChecks::sysctls,
            BaselineChecks::windowsHostProcess);
    private static final List<Check> BASELINE =
            List.of(BaselineChecks::capabilities, BaselineChecks::hostPathVolumes, BaselineChecks::seccomp);
    private static final List<Check> RESTRICTED = List.of(
            RestrictedChecks::privilegeEscalation,
            RestrictedChecks::capabilities,
            RestrictedChecks::volumes,
            RestrictedChecks::runAsNonRoot,
            RestrictedChecks::runAsUser,
            RestrictedChecks::seccomp);

    private Standards() {}

    /** What keeps a pod from a level, in one sentence; {@code ""} when nothing does. */
    static String violations(PodView pod, Level level) {
        List<Check> checks = switch (level.name()) {
            case PRIVILEGED -> List.of();
            case BASELINE -> both(BASELINE);
            case RESTRICTED -> both(RESTRICTED);
        };
        List<String> found = new ArrayList<>();
        checks.forEach(check -> check.violation(pod, level).ifPresent(violation -> found.add(violation.toString())));
        return String.join(", ", found);
    }

    private static List<Check> both(List<Check> own) {
        List<Check> all = new ArrayList<>(BOTH);
        all.addAll(own);
        return all;
    }
}
