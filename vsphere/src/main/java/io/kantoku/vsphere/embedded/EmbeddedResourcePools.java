package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.ResourcePools;
import io.kantoku.vsphere.Usage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The resource pools of the embedded inventory. */
final class EmbeddedResourcePools implements ResourcePools {
    private final NamedTree<ResourcePool> tree;
    private final IdSequence ids;
    private final Predicate<MoRef> holdsMachines;
    private final Function<MoRef, Usage> usage;

    EmbeddedResourcePools(
            NamedTree<ResourcePool> tree,
            IdSequence ids,
            Predicate<MoRef> holdsMachines,
            Function<MoRef, Usage> usage) {
        this.tree = tree;
        this.ids = ids;
        this.holdsMachines = holdsMachines;
        this.usage = usage;
    }

    @Override
    public List<ResourcePool> list() {
        return tree.list();
    }

    @Override
    public Optional<ResourcePool> find(MoRef id) {
        return tree.find(id);
    }

    @Override
    public Optional<ResourcePool> child(MoRef parent, String name) {
        return tree.child(parent, name);
    }

    @Override
    public ResourcePool create(MoRef parent, String name, PoolLimits limits) {
        tree.get(parent.require(MoRef.Kind.RESOURCE_POOL));
        return tree.create(new ResourcePool(ids.next(MoRef.Kind.RESOURCE_POOL), name, parent, limits));
    }

    @Override
    public ResourcePool limit(MoRef id, PoolLimits limits) {
        ResourcePool pool = tree.get(id);
        return tree.update(new ResourcePool(id, pool.name(), pool.parent(), limits));
    }

    @Override
    public void delete(MoRef id) {
        tree.delete(id, holdsMachines);
    }

    @Override
    public Usage usage(MoRef id) {
        return usage.apply(tree.get(id).id());
    }

    /** How pools are kept. */
    enum Form implements NamedTree.Form<ResourcePool> {
        INSTANCE;

        @Override
        public MoRef.Kind kind() {
            return MoRef.Kind.RESOURCE_POOL;
        }

        @Override
        public MoRef id(ResourcePool pool) {
            return pool.id();
        }

        @Override
        public String name(ResourcePool pool) {
            return pool.name();
        }

        @Override
        public MoRef parent(ResourcePool pool) {
            return pool.parent();
        }

        @Override
        public void write(ResourcePool pool, ObjectNode document) {
            document.put("cpuMhz", pool.limits().cpuMhz())
                    .put("memoryMiB", pool.limits().memoryMiB());
        }

        @Override
        public ResourcePool read(MoRef id, String name, MoRef parent, JsonNode document) {
            PoolLimits limits = new PoolLimits(
                    document.path("cpuMhz").asLong(PoolLimits.UNLIMITED),
                    document.path("memoryMiB").asLong(PoolLimits.UNLIMITED));
            return new ResourcePool(id, name, parent, limits);
        }
    }
}
