package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.List;
import java.util.Set;

/**
 * Everything the server knows of one kind of object, built in or custom.
 *
 * @param name group and plural
 * @param kind for example {@code Pod}
 * @param listKind for example {@code PodList}
 * @param singular for example {@code pod}
 * @param shortNames for example {@code po}
 * @param categories for example {@code all}
 * @param namespaced whether objects live in a namespace
 * @param versions the versions served, most preferred first; none when only the server's own parts use the kind
 * @param storageVersion the version in which objects are stored
 * @param verbs what discovery announces, for example {@code create, delete, get, list, watch}
 * @param subresources served below an object
 * @param strategy the kind's own rules
 * @param selectableFields field-selector paths beside {@code metadata.name} and {@code metadata.namespace}, of all versions
 * @param printer the kind's table
 */
public record ResourceType(
        GroupResource name,
        String kind,
        String listKind,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        List<String> versions,
        String storageVersion,
        List<String> verbs,
        List<Subresource> subresources,
        Strategy strategy,
        Set<String> selectableFields,
        TablePrinter printer) {
    public ResourceType {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        versions = List.copyOf(versions);
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
        selectableFields = Set.copyOf(selectableFields);
    }

    /** The same kind as a server has it that serves other versions and subresources of it; none when it does not serve it. */
    public ResourceType serving(List<String> served, List<Subresource> parts, TablePrinter table) {
        return new ResourceType(
                name,
                kind,
                listKind,
                singular,
                shortNames,
                categories,
                namespaced,
                served,
                storageVersion,
                verbs,
                parts,
                strategy,
                selectableFields,
                table);
    }

    public GroupVersionResource inVersion(String version) {
        return new GroupVersionResource(name.group(), version, name.resource());
    }

    public GroupVersionKind kindIn(String version) {
        return new GroupVersionKind(name.group(), version, kind);
    }

    /** The paths by which objects can be selected in a version. */
    public Set<String> selectableFields(String version) {
        return strategy.selectableFields(version).orElse(selectableFields);
    }

    /** The collection in which objects of the kind are stored. */
    public GroupResource collection() {
        return strategy.storedAs().map(StoredAs::resource).orElse(name);
    }

    /** The kind and version in which objects of the kind are stored. */
    public GroupVersionKind storedKind() {
        return strategy.storedAs().map(StoredAs::kind).orElseGet(() -> kindIn(storageVersion));
    }

    /** How the fields of the kind are divided among owners, in the storage version. */
    public TypeSchema typeSchema() {
        return FieldOwnership.schema(this);
    }

    public boolean has(String subresource) {
        return subresources.stream().anyMatch(s -> s.name().equals(subresource));
    }

    /** Whether a version of the kind has the subresource. */
    public boolean has(String subresource, String version) {
        return subresourcesIn(version).stream().anyMatch(s -> s.name().equals(subresource));
    }

    /** The subresources of a version. */
    public List<Subresource> subresourcesIn(String version) {
        return subresources.stream().filter(s -> s.in(version)).toList();
    }

    /** Whether {@code status} is written apart from the rest of the object, by those who write in a version. */
    public boolean hasStatus(String version) {
        return has("status", version);
    }
}
