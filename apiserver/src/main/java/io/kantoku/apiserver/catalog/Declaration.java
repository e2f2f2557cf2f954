package io.kantoku.apiserver.catalog;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Subresource;
import io.kantoku.apiserver.registry.TablePrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One line of the catalog: a kind's names, and whatever in it is not as in most kinds. */
final class Declaration {
    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> CHANGE = List.of("get", "patch", "update");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final GroupResource name;
    private final String kind;
    private final boolean namespaced;
    private final List<String> versions;
    private List<String> shortNames = List.of();
    private List<String> categories = List.of();
    private List<String> verbs = ALL_VERBS;
    private Set<String> selectable = Set.of();
    private TablePrinter table = Table.PLAIN;
    private Rules rules = Rules.of();
    private final List<Subresource> subresources = new ArrayList<>();

    private Declaration(GroupResource name, String kind, boolean namespaced, List<String> versions) {
        this.name = name;
        this.kind = kind;
        this.namespaced = namespaced;
        this.versions = versions;
    }

    /** Versions are given most preferred first; objects are stored in the first. */
    static Declaration namespaced(String group, String kind, String plural, String... versions) {
        return new Declaration(new GroupResource(group, plural), kind, true, List.of(versions));
    }

    static Declaration cluster(String group, String kind, String plural, String... versions) {
        return new Declaration(new GroupResource(group, plural), kind, false, List.of(versions));
    }

    Declaration shortNames(String... names) {
        shortNames = List.of(names);
        return this;
    }

    Declaration categories(String... names) {
        categories = List.of(names);
        return this;
    }

    Declaration verbs(String... only) {
        verbs = List.of(only);
        return this;
    }

    Declaration selectable(String... paths) {
        selectable = Set.of(paths);
        return this;
    }

    Declaration table(TablePrinter printer) {
        table = printer;
        return this;
    }

    Declaration rules(Rules strategy) {
        rules = strategy;
        return this;
    }

    Declaration status() {
        return own("status", "get", "patch", "update");
    }

    Declaration scale() {
        subresources.add(new Subresource("scale", SCALE, CHANGE));
        return this;
    }

    /** A subresource whose kind is the object's own. */
    Declaration own(String subresource, String... its) {
        return sub(subresource, new GroupVersionKind(name.group(), versions.getFirst(), kind), its);
    }

    Declaration sub(String subresource, GroupVersionKind of, String... its) {
        subresources.add(new Subresource(subresource, of, List.of(its)));
        return this;
    }

    ResourceType build() {
        String storage = versions.getFirst();
        return new ResourceType(
                name,
                kind,
                kind + "List",
                kind.toLowerCase(Locale.ROOT),
                shortNames,
                categories,
                namespaced,
                versions,
                storage,
                verbs,
                subresources,
                rules.strategy(new GroupVersionKind(name.group(), storage, kind)),
                selectable,
                table);
    }
}
