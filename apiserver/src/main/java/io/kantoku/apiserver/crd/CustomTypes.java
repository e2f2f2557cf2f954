package io.kantoku.apiserver.crd;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CacheListener;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.WatchCache;
import io.kantoku.apiserver.webhook.WebhookCaller;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the definitions of each logical cluster into resource types.
 *
 * <p>Works on the thread that feeds the cache: when the write of a definition returns to its caller, the type is served.
 */
public final class CustomTypes implements CacheListener {
    private static final Logger LOG = LoggerFactory.getLogger(CustomTypes.class);

    /** Groups of one priority go by the name of their first APIService. */
    private static final Comparator<ResourceType> BY_API_SERVICE = Comparator.comparing(
            type -> type.versions().getFirst() + "." + type.name().group());

    private final ResourceTypes types;
    private final WatchCache cache;
    private final BiConsumer<ClusterId, String> onTerminating;
    private final BiConsumer<ClusterId, String> onNamesFreed;
    private final Consumer<ClusterId> onServed;
    private final BiFunction<ClusterId, Definition, CustomStrategy.Converter> converters;
    private final Map<ClusterId, Map<String, Entry>> definitions = new ConcurrentHashMap<>();

    /** A definition in force. */
    private record Entry(
            GroupResource resource, String shape, boolean terminating, boolean accepted, Optional<ResourceType> type) {}

    /**
     * @param onTerminating told the name of each definition that is being deleted, once; must not block
     * @param onNamesFreed told the name of each definition whose names may be free by now; must not block
     * @param onServed told each cluster whose custom types have changed; must not block
     * @param webhooks calls conversion webhooks
     */
    public CustomTypes(
            ResourceTypes types,
            WatchCache cache,
            BiConsumer<ClusterId, String> onTerminating,
            BiConsumer<ClusterId, String> onNamesFreed,
            Consumer<ClusterId> onServed,
            WebhookCaller webhooks) {
        this.types = types;
        this.cache = cache;
        this.onTerminating = onTerminating;
        this.onNamesFreed = onNamesFreed;
        this.onServed = onServed;
        this.converters = (cluster, definition) -> WebhookConversion.of(cluster, definition, webhooks);
    }

    /** Begins to follow all clusters. */
    public void start() {
        cache.subscribe(Definition.RESOURCE, this);
    }

    /** Serves the types of a cluster that has just been opened, or whose built-in types have changed. */
    public void open(ClusterId cluster) {
        publish(cluster);
        definitions.getOrDefault(cluster, Map.of()).forEach((name, entry) -> {
            if (entry.terminating()) {
                onTerminating.accept(cluster, name);
            }
        });
    }

    /** Forgets a cluster. */
    public void close(ClusterId cluster) {
        definitions.remove(cluster);
    }

    boolean isCustom(ClusterId cluster, GroupResource resource) {
        return definitions.getOrDefault(cluster, Map.of()).containsKey(resource.toString());
    }

    boolean terminating(ClusterId cluster, GroupResource resource) {
        Entry entry = definitions.getOrDefault(cluster, Map.of()).get(resource.toString());
        return entry != null && entry.terminating();
    }

    @Override
    public void onInitial(List<StoredObject> objects) {
        objects.forEach(object -> read(object)
                .ifPresent(entry -> of(object.key().cluster()).put(object.name().name(), entry)));
    }

    @Override
    public void onChange(ClusterId cluster, CacheEvent event) {
        String name = event.object().name().name();
        Map<String, Entry> known = of(cluster);
        @Nullable Entry before = known.get(name);
        if (event.deleted()) {
            known.remove(name);
            publish(cluster);
            if (before != null) {
                cache.endWatches(cluster, before.resource());
                namesFreed(cluster, before.resource().group());
            }
            return;
        }
        Optional<Entry> read = read(event.object());
        if (read.isEmpty()) {
            return;
        }
        Entry entry = read.get();
        boolean newType = before == null || !before.shape().equals(entry.shape());
        Optional<ResourceType> type = before == null || newType ? entry.type() : before.type();
        known.put(name, new Entry(entry.resource(), entry.shape(), entry.terminating(), entry.accepted(), type));
        if (newType) {
            publish(cluster);
            cache.endWatches(cluster, entry.resource());
            namesFreed(cluster, entry.resource().group());
        }
        if (entry.terminating() && (before == null || !before.terminating())) {
            onTerminating.accept(cluster, name);
        }
    }

    private void namesFreed(ClusterId cluster, String group) {
        of(cluster).forEach((name, entry) -> {
            if (!entry.accepted() && entry.resource().group().equals(group)) {
                onNamesFreed.accept(cluster, name);
            }
        });
    }

    private Map<String, Entry> of(ClusterId cluster) {
        return definitions.computeIfAbsent(cluster, absent -> new ConcurrentHashMap<>());
    }

    private Optional<Entry> read(StoredObject object) {
        Definition definition = new Definition(object.tree());
        try {
            CustomStrategy.Converter converter = converters.apply(object.key().cluster(), definition);
            return Optional.of(new Entry(
                    definition.defines(),
                    definition.shape(),
                    definition.deleting(),
                    definition.namesAccepted(),
                    definition.type(converter)));
        } catch (IllegalArgumentException e) {
            LOG.atError()
                    .setMessage("a definition cannot be served")
                    .addKeyValue("cluster", object.key().cluster())
                    .addKeyValue("definition", object.name())
                    .setCause(e)
                    .log();
            return Optional.empty();
        }
    }

    private void publish(ClusterId cluster) {
        Map<String, Entry> ordered = new TreeMap<>(definitions.getOrDefault(cluster, new HashMap<>()));
        List<ResourceType> custom = new ArrayList<>();
        ordered.values().forEach(entry -> entry.type().ifPresent(custom::add));
        custom.sort(BY_API_SERVICE);
        types.setCustom(cluster, custom);
        onServed.accept(cluster);
    }
}
