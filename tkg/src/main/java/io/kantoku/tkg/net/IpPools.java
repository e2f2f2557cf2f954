package io.kantoku.tkg.net;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads IPPools and writes what they say of themselves. Pure. */
public final class IpPools {
    private IpPools() {}

    /** The pool's range; empty when its spec is none. */
    public static Optional<IpRange> range(KubeObject pool) {
        try {
            long count = pool.at("spec", "addressCount").asLong();
            return Optional.of(IpRange.of(Ipv4Address.parse(pool.text("spec", "startingAddress")), count));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // its condition says so
        }
    }

    /** Whether the ranges of two states of a pool differ. */
    public static boolean differ(KubeObject before, KubeObject after) {
        return !before.at("spec").equals(after.at("spec"));
    }

    public static List<IpRange> ranges(Collection<KubeObject> pools) {
        return pools.stream().flatMap(pool -> range(pool).stream()).toList();
    }

    /** The pools in words: {@code workload-0 (10.44.59.100-10.44.59.254)}. */
    public static String describe(Collection<KubeObject> pools) {
        return pools.stream()
                .map(pool -> pool.name()
                        + range(pool).map(range -> " (" + range + ")").orElse(""))
                .collect(Collectors.joining(", "));
    }

    /** Writes how much of the pool is taken. */
    public static void status(KubeObject pool, AddressBook book, Instant now) {
        Optional<IpRange> range = range(pool);
        if (range.isEmpty()) {
            Conditions.set(
                    pool,
                    Condition.isFalse(
                            "ready",
                            "InvalidRange",
                            "spec.startingAddress and spec.addressCount are not a range of IPv4 addresses"),
                    now);
            return;
        }
        long taken = book.taken(range.get());
        pool.status().put("allocated", taken);
        pool.status().put("free", range.get().size() - taken);
        Conditions.set(pool, Condition.isTrue("ready", "", ""), now);
        Conditions.set(
                pool,
                taken >= range.get().size()
                        ? Condition.isTrue(
                                "full", "AllTaken", "all " + taken + " addresses of " + range.get() + " are taken")
                        : Condition.isFalse("full", "", ""),
                now);
    }
}
