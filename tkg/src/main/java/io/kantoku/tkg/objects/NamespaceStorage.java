package io.kantoku.tkg.objects;

import io.kantoku.apimachinery.KubeObject;
import java.util.Set;
import java.util.TreeSet;

/** Which storage classes a namespace may use. Pure. */
public final class NamespaceStorage {
    private static final String QUOTA = ".storageclass.storage.k8s.io/requests.storage";

    private NamespaceStorage() {}

    /** Those that the namespace's quota {@code <namespace>-storagequota} names. */
    public static Set<String> assigned(KubeObject quota) {
        Set<String> names = new TreeSet<>();
        quota.at("spec", "hard").fieldNames().forEachRemaining(key -> {
            if (key.endsWith(QUOTA)) {
                names.add(key.substring(0, key.length() - QUOTA.length()));
            }
        });
        return names;
    }
}
