package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.aggregation.AggregatedApis;
import io.kantoku.apiserver.audit.Auditor;
import io.kantoku.apiserver.auth.AccessControl;
import io.kantoku.apiserver.auth.AuthenticatorChain;
import io.kantoku.apiserver.auth.Impersonation;
import io.kantoku.apiserver.metrics.ApiMetrics;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the HTTP face is made of; shared by all logical clusters.
 *
 * @param versions the {@code gitVersion} that a cluster announces, for example {@code v1.18.2+kantoku.1}
 * @param complete whether all is there that a cluster begins with
 * @param audit begins the audit of each request
 */
public record Services(
        Registry registry,
        ResourceTypes types,
        AccessControl access,
        AuthenticatorChain authenticators,
        Impersonation impersonation,
        Actions actions,
        NodeProxy nodes,
        FlowControl flow,
        Documents documents,
        AggregatedApis aggregation,
        ApiMetrics metrics,
        Function<ClusterId, String> versions,
        Predicate<ClusterId> complete,
        Auditor audit,
        InstantSource clock) {}
