package io.kantoku.apiserver;

import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.CertificateRequests;
import io.kantoku.apiserver.admission.ClaimResize;
import io.kantoku.apiserver.admission.DefaultClasses;
import io.kantoku.apiserver.admission.GlobalPriority;
import io.kantoku.apiserver.admission.LimitRanger;
import io.kantoku.apiserver.admission.NamespaceLifecycle;
import io.kantoku.apiserver.admission.NodeRestriction;
import io.kantoku.apiserver.admission.NodeTaints;
import io.kantoku.apiserver.admission.PodDefaults;
import io.kantoku.apiserver.admission.PodTopology;
import io.kantoku.apiserver.admission.ResourceQuotas;
import io.kantoku.apiserver.admission.RuntimeClasses;
import io.kantoku.apiserver.admission.ServiceAccountAdmission;
import io.kantoku.apiserver.admission.ServiceAddresses;
import io.kantoku.apiserver.admission.StorageProtection;
import io.kantoku.apiserver.auth.AnyOf;
import io.kantoku.apiserver.auth.Authenticator;
import io.kantoku.apiserver.auth.AuthenticatorChain;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.BootstrapTokenAuthenticator;
import io.kantoku.apiserver.auth.CertificateAuthenticator;
import io.kantoku.apiserver.auth.ClusterTrust;
import io.kantoku.apiserver.auth.Escalation;
import io.kantoku.apiserver.auth.IssuerDiscovery;
import io.kantoku.apiserver.auth.NodeAuthorizer;
import io.kantoku.apiserver.auth.RbacAuthorizer;
import io.kantoku.apiserver.auth.Reviews;
import io.kantoku.apiserver.auth.SecretTokens;
import io.kantoku.apiserver.auth.ServiceAccountTokens;
import io.kantoku.apiserver.auth.TokenRequests;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.apiserver.dynamic.DefinitionChecks;
import io.kantoku.apiserver.dynamic.DynamicAdmission;
import io.kantoku.apiserver.flow.FairFlow;
import io.kantoku.apiserver.flow.FlowLimits;
import io.kantoku.apiserver.flow.FlowSchemas;
import io.kantoku.apiserver.podsecurity.PodSecurity;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;

/** Users, rights and admission as every Kubernetes cluster has them; the caller adds what is its own. */
public final class StandardParts {
    /** The minor from which on a client certificate has an identity (KEP-4193). */
    private static final int CREDENTIAL_IDS = 32;

    private StandardParts() {}

    /**
     * The parts of a server.
     *
     * @param trust the keys of each cluster
     * @param authenticators further ones, asked last
     * @param admission further plugins, called first
     */
    public static ServerParts of(
            ApiServer.Environment environment,
            ClusterTrust trust,
            List<Authenticator> authenticators,
            List<AdmissionPlugin> admission) {
        ObjectReader objects = environment.objects();
        TokenRequests tokens = new TokenRequests(trust, objects, environment.clock());
        List<Authenticator> who = new ArrayList<>();
        who.add(new CertificateAuthenticator(
                trust,
                environment.clock(),
                cluster -> environment
                        .clusters()
                        .options(cluster)
                        .filter(options -> KubernetesRelease.minorOf(options.kubernetesVersion()) >= CREDENTIAL_IDS)
                        .isPresent()));
        SecretTokens secrets = new SecretTokens(objects, environment.writers(), environment.clock());
        who.add(new ServiceAccountTokens(trust, objects, secrets, environment.clock()));
        who.add(new BootstrapTokenAuthenticator(objects, environment.clock()));
        who.addAll(authenticators);
        RbacAuthorizer rbac = new RbacAuthorizer(objects);
        List<Authorizer> authorizers = List.of(new NodeAuthorizer(objects, rbac), rbac);
        Authorizer authorizer = new AnyOf(authorizers);
        List<AdmissionPlugin> plugins = new ArrayList<>(admission);
        plugins.add(new NamespaceLifecycle(objects));
        plugins.add(new ServiceAccountAdmission(objects, environment.random()));
        plugins.add(new PodDefaults(objects));
        plugins.add(new GlobalPriority(objects));
        plugins.add(new PodTopology(objects));
        plugins.add(new RuntimeClasses(objects));
        plugins.add(new NodeTaints());
        plugins.add(new NodeRestriction(objects));
        plugins.add(new LimitRanger(objects));
        plugins.add(new DefaultClasses(objects));
        plugins.add(new ClaimResize(objects));
        plugins.add(new StorageProtection());
        plugins.add(new PodSecurity(objects));
        plugins.add(new Escalation(rbac, authorizer));
        plugins.add(new CertificateRequests(authorizer));
        plugins.add(new ServiceAddresses(
                objects,
                cluster -> environment.clusters().options(cluster).map(ClusterOptions::serviceCidr),
                environment.random(),
                environment.clock()));
        plugins.add(new DefinitionChecks());
        DynamicAdmission dynamic =
                new DynamicAdmission(objects, environment.types(), environment.webhooks(), authorizer);
        plugins.add(dynamic.mutating(plugins));
        plugins.add(dynamic.validating());
        plugins.add(new ResourceQuotas(objects, environment.clock()));
        Reviews reviews = new Reviews(authorizer, rbac, new AuthenticatorChain(who), environment.clock());
        return new ServerParts()
                .authenticators(who)
                .authorizers(authorizers)
                .admission(plugins)
                .tokens(tokens::issue)
                .reviews(reviews::answer)
                .documents(new IssuerDiscovery(trust))
                .trust(trust)
                .flow(new FlowSchemas(new FairFlow(FlowLimits.standard()), objects))
                .bootstraps(List.of(new StandardObjects(environment.clock())));
    }
}
