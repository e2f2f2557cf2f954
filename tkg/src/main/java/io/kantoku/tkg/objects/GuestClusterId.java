package io.kantoku.tkg.objects;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import java.util.Optional;

/** The id of a guest cluster's API: {@code <namespace>.<name>.<beginning of the uid>}. Pure. */
public final class GuestClusterId {
    private static final int LONGEST = 80;
    private static final int UID = 8;
    private static final int HASH = 10;

    private GuestClusterId() {}

    /** A new id for the cluster; long names are cut and told apart by a hash. */
    public static ClusterId create(String namespace, String name, String uid) {
        String end = "." + uid.replace("-", "").substring(0, UID);
        String base = namespace + "." + name;
        if (base.length() + end.length() > LONGEST) {
            int kept = LONGEST - end.length() - HASH - 1;
            base = base.substring(0, kept) + "-" + ClusterNames.hex(base, HASH);
        }
        return new ClusterId(base + end);
    }

    /**
     * The id that the object (a TanzuKubernetesCluster or Cluster) carries; empty before it has one. Users may write the annotations
     * of a TanzuKubernetesCluster, so that one with the id of another cluster has none.
     */
    public static Optional<ClusterId> of(KubeObject object) {
        String id = object.annotations().getOrDefault(Labels.CLUSTER_ID, "");
        if (id.isEmpty()) {
            return Optional.empty();
        }
        ClusterId carried = new ClusterId(id);
        boolean own = !object.kind().equals(Kinds.TANZU_CLUSTER.name())
                || carried.equals(create(object.namespace(), object.name(), object.uid()));
        return own ? Optional.of(carried) : Optional.empty();
    }
}
