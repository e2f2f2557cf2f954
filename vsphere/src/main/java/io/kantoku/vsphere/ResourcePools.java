package io.kantoku.vsphere;

import java.util.List;
import java.util.Optional;

/** The tree of resource pools. */
public interface ResourcePools {
    List<ResourcePool> list();

    Optional<ResourcePool> find(MoRef id);

    /** The pool of that name directly below the parent. */
    Optional<ResourcePool> child(MoRef parent, String name);

    /** Makes a pool; {@code ALREADY_EXISTS} when the parent has one of that name, {@code NOT_FOUND} without the parent. */
    ResourcePool create(MoRef parent, String name, PoolLimits limits);

    /** Changes a pool's limits; machines that are on stay on. */
    ResourcePool limit(MoRef id, PoolLimits limits);

    /** Removes an empty pool; {@code IN_USE} while a pool or machine is in it. A pool that is gone already is no error. */
    void delete(MoRef id);

    /** What the machines in the pool and in those below it take now. */
    Usage usage(MoRef id);

    /** The pool of that name below the parent, made without limits if it is missing. */
    default ResourcePool ensure(MoRef parent, String name) {
        Optional<ResourcePool> present = child(parent, name);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            return create(parent, name, PoolLimits.NONE);
        } catch (VsphereException e) {
            if (e.code() != VsphereException.Code.ALREADY_EXISTS) {
                throw e;
            }
            return child(parent, name).orElseThrow(() -> e);
        }
    }

    /** Removes a pool and all below it; {@code IN_USE} while a machine is in one of them. */
    default void deleteTree(MoRef id) {
        list().stream().filter(pool -> pool.parent().equals(id)).toList().forEach(pool -> deleteTree(pool.id()));
        delete(id);
    }
}
