package io.kantoku.transport.pki;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a certificate that is no authority says.
 *
 * @param subject whom it names
 * @param hosts IP addresses and DNS names under which a server is reached; duplicates are dropped
 * @param usages what it is good for
 * @param validity from now; cut off where the authority's own certificate ends
 */
public record LeafSpec(Subject subject, List<String> hosts, Set<Usage> usages, Duration validity) {
    /** One year. */
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);

    public LeafSpec {
        hosts = hosts.stream().distinct().toList();
        if (usages.isEmpty()) {
            throw new IllegalArgumentException("a certificate needs a usage: " + subject);
        }
        usages = Set.copyOf(EnumSet.copyOf(usages));
        if (!validity.isPositive()) {
            throw new IllegalArgumentException("a certificate must be valid for some time: " + validity);
        }
    }

    /** A server that is reached under the given addresses and names. */
    public static LeafSpec server(String commonName, List<String> hosts) {
        return new LeafSpec(new Subject(commonName, List.of()), hosts, EnumSet.of(Usage.SERVER), DEFAULT_VALIDITY);
    }

    /** A client, in Kubernetes' terms a user with groups. */
    public static LeafSpec client(String commonName, List<String> organizations) {
        return new LeafSpec(
                new Subject(commonName, organizations), List.of(), EnumSet.of(Usage.CLIENT), DEFAULT_VALIDITY);
    }

    public LeafSpec withValidity(Duration newValidity) {
        return new LeafSpec(subject, hosts, usages, newValidity);
    }

    public LeafSpec withOrganizations(List<String> organizations) {
        return new LeafSpec(new Subject(subject.commonName(), organizations), hosts, usages, validity);
    }

    public LeafSpec withHosts(List<String> more) {
        List<String> all = new ArrayList<>(hosts);
        all.addAll(more);
        return new LeafSpec(subject, all, usages, validity);
    }

    /** Also good for the other direction, as etcd peers and kubelets need it. */
    public LeafSpec withUsage(Usage usage) {
        Set<Usage> both = EnumSet.copyOf(usages);
        both.add(usage);
        return new LeafSpec(subject, hosts, both, validity);
    }
}
