package io.kantoku.apiserver.flow;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.rest.FlowControl;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which FlowSchema a request belongs to (KEP-1040): the first whose rules match, in the order of their precedence. Places are given by
 * another {@link FlowControl}, which does not heed levels; clients see in the answer what their request was counted among.
 */
public final class FlowSchemas implements FlowControl {
    private static final GroupResource SCHEMAS = new GroupResource(FlowObjects.GROUP, "flowschemas");
    private static final GroupResource LEVELS = new GroupResource(FlowObjects.GROUP, "prioritylevelconfigurations");
    private static final int SNAPSHOTS_KEPT = 256;

    private final FlowControl places;
    private final ObjectReader objects;
    private final Map<ClusterId, Snapshot> snapshots = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClusterId, Snapshot> eldest) {
            return size() > SNAPSHOTS_KEPT;
        }
    };

    /** @param places gives requests their places */
    public FlowSchemas(FlowControl places, ObjectReader objects) {
        this.places = places;
        this.objects = objects;
    }

    /** A schema with the uid of its level. */
    private record Schema(String name, String uid, String level, long precedence, List<FlowRule> rules) {}

    private record Snapshot(long schemaVersion, long levelVersion, List<Schema> schemas) {}

    @Override
    public Place enter(ClusterId cluster, UserInfo user, RequestInfo request) {
        return places.enter(cluster, user, request);
    }

    @Override
    public Optional<Flow> classify(ClusterId cluster, UserInfo user, RequestInfo request) {
        for (Schema schema : snapshot(cluster).schemas()) {
            if (schema.rules().stream().anyMatch(rule -> rule.matches(user, request))) {
                return Optional.of(new Flow(schema.uid(), schema.level()));
            }
        }
        return Optional.empty();
    }

    private Snapshot snapshot(ClusterId cluster) {
        long schemas = objects.version(cluster, SCHEMAS);
        long levels = objects.version(cluster, LEVELS);
        synchronized (snapshots) {
            Snapshot kept = snapshots.get(cluster);
            if (kept != null && kept.schemaVersion() == schemas && kept.levelVersion() == levels) {
                return kept;
            }
        }
        Snapshot fresh = new Snapshot(schemas, levels, read(cluster));
        synchronized (snapshots) {
            snapshots.put(cluster, fresh);
        }
        return fresh;
    }

    /** Those whose level exists, in their order. */
    private List<Schema> read(ClusterId cluster) {
        Map<String, String> levels = new HashMap<>();
        objects.list(cluster, LEVELS, "").forEach(level -> levels.put(level.name(), level.uid()));
        return objects.list(cluster, SCHEMAS, "").stream()
                .filter(schema -> levels.containsKey(levelOf(schema)))
                .map(schema -> new Schema(
                        schema.name(),
                        schema.uid(),
                        levels.getOrDefault(levelOf(schema), ""),
                        schema.at("spec", "matchingPrecedence").asLong(),
                        FlowRule.parse(schema.at("spec", "rules"))))
                .sorted(Comparator.comparingLong(Schema::precedence).thenComparing(Schema::name))
                .toList();
    }

    private static String levelOf(KubeObject schema) {
        return schema.text("spec", "priorityLevelConfiguration", "name");
    }
}
