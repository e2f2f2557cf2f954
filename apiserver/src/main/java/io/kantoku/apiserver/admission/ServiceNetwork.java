package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.ClusterId;
import java.util.Optional;

/** Tells the address range of a logical cluster's Services. */
@FunctionalInterface
public interface ServiceNetwork {
    /** The range in CIDR form without host bits; empty when the cluster does not exist. */
    Optional<String> serviceCidr(ClusterId cluster);
}
