package io.kantoku.tkg.lb;

import io.kantoku.apimachinery.KubeObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Which Service has which frontend, so that no Service gets another's: the names that the Supervisor gives are ambiguous. The
 * later of two gets another name, which it carries as an annotation. Any thread may use it.
 */
final class FrontendNames {
    /** Set only on Services whose plain name was taken. */
    static final String ANNOTATION = "lbapi.kantoku.io/frontend";

    private final String prefix;
    private final Map<String, String> owners = new HashMap<>();

    FrontendNames(String prefix) {
        this.prefix = prefix;
    }

    /** The Service's name; the first that asks for it has it until it is released. */
    synchronized String claim(KubeObject service) {
        String carried = service.annotations().getOrDefault(ANNOTATION, "");
        String plain = carried.equals(ServicePlan.distinctFrontend(prefix, service.namespacedName()))
                ? carried
                : ServicePlan.frontend(prefix, service.namespacedName());
        String owner = owners.putIfAbsent(plain, service.uid());
        if (owner == null || owner.equals(service.uid())) {
            return plain;
        }
        String distinct = ServicePlan.distinctFrontend(prefix, service.namespacedName());
        owners.put(distinct, service.uid());
        return distinct;
    }

    synchronized void release(String name, String uid) {
        owners.remove(name, uid);
    }

    boolean isPlain(String name, KubeObject service) {
        return name.equals(ServicePlan.frontend(prefix, service.namespacedName()));
    }
}
