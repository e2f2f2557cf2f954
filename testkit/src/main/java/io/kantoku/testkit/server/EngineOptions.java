package io.kantoku.testkit.server;

import java.util.Set;

/**
 * What an engine does beside serving.
 *
 * @param controllers whether the controllers and the scheduler run, as kube-controller-manager and kube-scheduler do
 * @param disabledAdmission admission plugins that are left out, by upstream's names, for example {@code ServiceAccount}
 * @param authorization whether rights are checked; otherwise everybody may do everything
 */
public record EngineOptions(boolean controllers, Set<String> disabledAdmission, boolean authorization) {
    public EngineOptions {
        disabledAdmission = Set.copyOf(disabledAdmission);
    }

    /** A whole cluster: controllers, all plugins, RBAC. */
    public static EngineOptions cluster() {
        return new EngineOptions(true, Set.of(), true);
    }

    /** An API server and nothing else. */
    public static EngineOptions apiServerOnly() {
        return new EngineOptions(false, Set.of(), true);
    }

    public EngineOptions withoutAdmission(Set<String> names) {
        return new EngineOptions(controllers, names, authorization);
    }

    public EngineOptions withoutAuthorization() {
        return new EngineOptions(controllers, disabledAdmission, false);
    }
}
