package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.aggregation.AggregatedApis;
import io.kantoku.apiserver.auth.AccessControl;
import io.kantoku.apiserver.auth.AuthenticatorChain;
import io.kantoku.apiserver.auth.Impersonation;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What the HTTP face is made of; shared by all logical clusters.
 *
 * @param versions the {@code gitVersion} that a cluster announces, for example {@code v1.18.2+kantoku.1}
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
        Function<ClusterId, String> versions,
        InstantSource clock) {}
