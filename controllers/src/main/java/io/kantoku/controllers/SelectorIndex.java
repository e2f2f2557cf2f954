package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Request;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The selectors of all objects of a kind, by namespace, to find those that an object is selected by without a look at every one.
 * Written by the kind's subscription; any thread may read.
 */
public final class SelectorIndex implements ObjectListener {
    private record Home(ClusterId cluster, String namespace) {}

    private final Function<KubeObject, LabelSelector> selector;
    private final Map<Home, Map<String, LabelSelector>> selectors = new ConcurrentHashMap<>();

    public SelectorIndex(Function<KubeObject, LabelSelector> selector) {
        this.selector = selector;
    }

    /** Of kinds whose {@code spec.selector} has the object form. */
    public static SelectorIndex ofSpec() {
        return new SelectorIndex(object -> LabelSelector.fromJson(object.at("spec", "selector")));
    }

    @Override
    public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
        LabelSelector selects = selector.apply(object);
        selectors.compute(new Home(cluster, object.namespace()), (_, known) -> {
            Map<String, LabelSelector> next = known == null ? new ConcurrentHashMap<>() : known;
            next.put(object.name(), selects);
            return next;
        });
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject last) {
        selectors.computeIfPresent(new Home(cluster, last.namespace()), (_, known) -> {
            known.remove(last.name());
            return known.isEmpty() ? null : known;
        });
    }

    /** Requests for the objects that select these labels. */
    public Set<Request> selecting(ClusterId cluster, String namespace, Map<String, String> labels) {
        Map<String, LabelSelector> known = selectors.get(new Home(cluster, namespace));
        if (known == null) {
            return Set.of();
        }
        Set<Request> requests = new LinkedHashSet<>();
        known.forEach((name, selects) -> {
            if (selects.matches(labels)) {
                requests.add(new Request(cluster, new NamespacedName(namespace, name)));
            }
        });
        return requests;
    }

    /** Leads from an object to those that select it, now or before the change. */
    public Mapper selected() {
        return (cluster, object, previous) -> {
            Set<Request> requests = selecting(cluster, object.namespace(), object.labels());
            if (previous == null
                    || Mapper.isDeletion(object, previous)
                    || previous.labels().equals(object.labels())) {
                return requests;
            }
            Set<Request> all = new LinkedHashSet<>(requests);
            all.addAll(selecting(cluster, object.namespace(), previous.labels()));
            return all;
        };
    }

    /** Leads from an object that nobody controls, when that or its labels are new, to those that may adopt it. */
    public Mapper adopters() {
        return (cluster, object, previous) -> {
            boolean orphan = object.controller().isEmpty()
                    && !Mapper.isDeletion(object, previous)
                    && (previous == null
                            || previous.controller().isPresent()
                            || !previous.labels().equals(object.labels()));
            return orphan ? selecting(cluster, object.namespace(), object.labels()) : Set.of();
        };
    }
}
