package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.Bind;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.NamedObject;
import io.kantoku.loadbalancer.model.ObjectKind;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The least set of calls that turns what is configured into what is wanted. Pure.
 *
 * <p>Order matters within the list: what goes away first, so that an address can move from one virtual server to another in
 * one transaction; then backends and servers, frontends and binds, and rules last. What belongs to nobody named here is not
 * touched.
 */
final class VirtualServerPlan {
    private static final int SOURCES_PER_RULE = 40;

    private final HaproxyConfig observed;
    private final List<ConfigCall> removals = new ArrayList<>();
    private final List<ConfigCall> backends = new ArrayList<>();
    private final List<ConfigCall> frontends = new ArrayList<>();

    private VirtualServerPlan(HaproxyConfig observed) {
        this.observed = observed;
    }

    /**
     * Brings these virtual servers in place and removes those whose frontends are named as removed.
     *
     * @param orphan which backends, besides those of frontends that are changed here, are ours and go when nobody needs them
     */
    static List<ConfigCall> of(
            HaproxyConfig observed, Collection<VirtualServer> wanted, Set<String> removed, Predicate<String> orphan) {
        VirtualServerPlan plan = new VirtualServerPlan(observed);
        Map<String, VirtualServer> byName = new LinkedHashMap<>();
        Set<String> needed = new LinkedHashSet<>();
        for (VirtualServer server : wanted) {
            if (byName.put(server.name(), server) != null) {
                throw new IllegalArgumentException("two virtual servers are called " + server.name());
            }
            server.ports().forEach(port -> needed.add(server.backendName(port)));
        }
        Set<String> unneeded = new LinkedHashSet<>();
        for (Section frontend : observed.sections("frontend")) {
            boolean gone = removed.contains(frontend.name()) && !byName.containsKey(frontend.name());
            if (gone || byName.containsKey(frontend.name())) {
                plan.rules(frontend.name()).forEach(rule -> unneeded.add(rule.text("name")));
            }
            if (gone) {
                plan.removals.add(new ConfigCall.Delete(Kinds.FRONTENDS, Parent.NONE, frontend.name()));
            }
        }
        for (Section backend : observed.sections("backend")) {
            if (orphan.test(backend.name())) {
                unneeded.add(backend.name());
            }
        }
        unneeded.removeAll(needed);
        if (!unneeded.isEmpty()) {
            unneeded.removeAll(plan.usedByOthers(removed, byName.keySet()));
        }
        for (String backend : unneeded) {
            if (observed.section("backend", backend).isPresent()) {
                plan.removals.add(new ConfigCall.Delete(Kinds.BACKENDS, Parent.NONE, backend));
            }
        }
        byName.values().forEach(plan::ensure);
        List<ConfigCall> calls = new ArrayList<>(plan.removals);
        calls.addAll(plan.backends);
        calls.addAll(plan.frontends);
        return calls;
    }

    private Set<String> usedByOthers(Set<String> removed, Set<String> ours) {
        Set<String> used = new HashSet<>();
        for (Section frontend : observed.sections("frontend")) {
            if (!removed.contains(frontend.name()) && !ours.contains(frontend.name())) {
                frontend.lines("use_backend").forEach(line -> used.add(line.at(1)));
                frontend.lines("default_backend").forEach(line -> used.add(line.at(1)));
            }
        }
        return used;
    }

    private List<Rule> rules(String frontend) {
        return Kinds.BACKEND_SWITCHING_RULES.list(observed, Parent.frontend(frontend));
    }

    private void ensure(VirtualServer server) {
        List<Bind> binds = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        for (VirtualServer.Port port : server.ports()) {
            String backend = server.backendName(port);
            binds.add(Bind.of(server.bindName(port), server.vip(), port.port()));
            rules.add(Rule.forPort(rules.size(), backend, port.port()));
            ensureSection(Kinds.BACKENDS, backend(backend, server), backends);
            List<Server> servers = new ArrayList<>();
            for (VirtualServer.Target target : port.servers()) {
                servers.add(Server.checked(server.serverName(target), target.address(), target.port())
                        .with(server.policy().healthPort(), server.policy().proxyProtocol()));
            }
            ensureNamed(Kinds.SERVERS, Parent.backend(backend), servers, backends);
        }
        ensureSection(Kinds.FRONTENDS, Frontend.tcp(server.name(), server.logTag()), frontends);
        ensureNamed(Kinds.BINDS, Parent.frontend(server.name()), binds, frontends);
        Parent frontend = Parent.frontend(server.name());
        ensureIndexed(Kinds.TCP_REQUEST_RULES, frontend, sources(server.policy()));
        ensureIndexed(Kinds.BACKEND_SWITCHING_RULES, frontend, rules);
    }

    private static Backend backend(String name, VirtualServer server) {
        Backend plain = Backend.tcp(name, server.logTag());
        Backend balanced = server.policy().sticky() ? plain.bySource() : plain;
        return server.policy().healthPort() == 0 ? balanced : balanced.checkedOverHttp("/healthz");
    }

    /** HAProxy takes 64 words in a line. */
    private static List<Rule> sources(TrafficPolicy policy) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < policy.sources().size(); i += SOURCES_PER_RULE) {
            List<String> some = policy.sources()
                    .subList(i, Math.min(i + SOURCES_PER_RULE, policy.sources().size()));
            rules.add(Rule.acceptFrom(rules.size(), some));
        }
        if (!rules.isEmpty()) {
            rules.add(Rule.reject(rules.size()));
        }
        return rules;
    }

    private <T extends NamedObject> void ensureSection(ObjectKind<T> kind, T wanted, List<ConfigCall> calls) {
        if (observed.section(kind.label(), wanted.name()).isEmpty()) {
            calls.add(new ConfigCall.Create<>(kind, Parent.NONE, wanted));
        } else if (!kind.get(observed, Parent.NONE, wanted.name()).equals(wanted)) {
            calls.add(new ConfigCall.Replace<>(kind, Parent.NONE, wanted.name(), wanted));
        }
    }

    private <T extends NamedObject> void ensureNamed(
            ObjectKind<T> kind, Parent parent, List<T> wanted, List<ConfigCall> calls) {
        Map<String, T> present = new HashMap<>();
        kind.list(observed, parent).forEach(object -> present.put(object.name(), object));
        List<ConfigCall> additions = new ArrayList<>();
        for (T object : wanted) {
            T old = present.remove(object.name());
            if (old == null) {
                additions.add(new ConfigCall.Create<>(kind, parent, object));
            } else if (!old.equals(object)) {
                additions.add(new ConfigCall.Replace<>(kind, parent, object.name(), object));
            }
        }
        for (T object : kind.list(observed, parent)) {
            if (present.containsKey(object.name())) {
                calls.add(new ConfigCall.Delete(kind, parent, object.name()));
            }
        }
        calls.addAll(additions);
    }

    private void ensureIndexed(ObjectKind<Rule> kind, Parent frontend, List<Rule> wanted) {
        List<Rule> present = kind.list(observed, frontend);
        for (int i = present.size() - 1; i >= wanted.size(); i--) {
            frontends.add(new ConfigCall.Delete(kind, frontend, String.valueOf(i)));
        }
        for (int i = 0; i < wanted.size(); i++) {
            Rule rule = wanted.get(i);
            if (i >= present.size()) {
                frontends.add(new ConfigCall.Create<>(kind, frontend, rule));
            } else if (!present.get(i).equals(rule)) {
                frontends.add(new ConfigCall.Replace<>(kind, frontend, String.valueOf(i), rule));
            }
        }
    }
}
