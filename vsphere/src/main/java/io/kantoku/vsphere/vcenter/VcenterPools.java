package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.ResourcePools;
import io.kantoku.vsphere.Usage;
import io.kantoku.vsphere.VsphereException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The resource pools of a vCenter ({@code /rest/vcenter/resource-pool}). */
final class VcenterPools implements ResourcePools {
    private static final String BASE = "/rest/vcenter/resource-pool";

    private final VcenterSession vcenter;
    private final Function<MoRef, Usage> usage;

    VcenterPools(VcenterSession vcenter, Function<MoRef, Usage> usage) {
        this.vcenter = vcenter;
        this.usage = usage;
    }

    @Override
    public List<ResourcePool> list() {
        List<ResourcePool> pools = new ArrayList<>();
        for (JsonNode cluster : vcenter.get("/rest/vcenter/cluster")) {
            String id = cluster.path("cluster").asText();
            MoRef root = MoRef.parse(vcenter.get("/rest/vcenter/cluster/" + id)
                    .path("resource_pool")
                    .asText());
            pools.add(new ResourcePool(root, "Resources", MoRef.parse(id), PoolLimits.NONE));
            below(root, pools);
        }
        return pools;
    }

    private void below(MoRef parent, List<ResourcePool> pools) {
        for (JsonNode json : vcenter.get(BASE + "?filter.parent_resource_pools=" + parent)) {
            MoRef id = MoRef.parse(json.path("resource_pool").asText());
            pools.add(new ResourcePool(id, json.path("name").asText(), parent, limits(id)));
            below(id, pools);
        }
    }

    private PoolLimits limits(MoRef pool) {
        JsonNode json = vcenter.get(BASE + "/" + pool);
        return new PoolLimits(
                json.path("cpu_allocation").path("limit").asLong(PoolLimits.UNLIMITED),
                json.path("memory_allocation").path("limit").asLong(PoolLimits.UNLIMITED));
    }

    @Override
    public Optional<ResourcePool> find(MoRef id) {
        return list().stream().filter(pool -> pool.id().equals(id)).findFirst();
    }

    @Override
    public Optional<ResourcePool> child(MoRef parent, String name) {
        return list().stream()
                .filter(pool -> pool.parent().equals(parent) && pool.name().equals(name))
                .findFirst();
    }

    @Override
    public ResourcePool create(MoRef parent, String name, PoolLimits limits) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode spec = body.putObject("spec").put("name", name).put("parent", parent.toString());
        allocations(spec, limits);
        MoRef id = MoRef.parse(vcenter.post(BASE, body).asText());
        return new ResourcePool(id, name, parent, limits);
    }

    @Override
    public ResourcePool limit(MoRef id, PoolLimits limits) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        allocations(body.putObject("spec"), limits);
        vcenter.patch(BASE + "/" + id, body);
        return find(id).orElseThrow(() -> VsphereException.notFound("resource pool", id));
    }

    private static void allocations(ObjectNode spec, PoolLimits limits) {
        spec.putObject("cpu_allocation").put("limit", limits.cpuMhz());
        spec.putObject("memory_allocation").put("limit", limits.memoryMiB());
    }

    @Override
    public void delete(MoRef id) {
        try {
            vcenter.delete(BASE + "/" + id);
        } catch (VsphereException e) {
            if (e.code() != VsphereException.Code.NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public Usage usage(MoRef id) {
        return usage.apply(id);
    }
}
