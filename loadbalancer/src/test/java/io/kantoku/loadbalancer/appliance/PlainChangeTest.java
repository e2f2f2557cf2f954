package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.Bind;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import io.kantoku.loadbalancer.model.Server;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainChangeTest {
    private static final HaproxyConfig EMPTY = HaproxyConfig.parse("global\n\ndefaults\n  mode http\n");
    private static final HaproxyConfig ONE = with(EMPTY, "one", "one-p");

    private static HaproxyConfig with(HaproxyConfig config, String name, String backend) {
        HaproxyConfig changed = Kinds.BACKENDS.add(
                config, Parent.NONE, Backend.tcp(name + "-p", name).bySource());
        changed = Kinds.SERVERS.add(
                changed,
                Parent.backend(name + "-p"),
                Server.checked(name + "-10.0.0.1:80", "10.0.0.1", 80).with(30_000, true));
        changed = Kinds.FRONTENDS.add(changed, Parent.NONE, Frontend.tcp(name, name));
        Parent frontend = Parent.frontend(name);
        changed = Kinds.BINDS.add(changed, frontend, Bind.of(name + "-127.0.0.1:p", "127.0.0.1", 443));
        changed = Kinds.TCP_REQUEST_RULES.add(
                changed, frontend, Rule.acceptFrom(0, List.of("10.0.0.0/8", "192.0.2.0/24")));
        changed = Kinds.TCP_REQUEST_RULES.add(changed, frontend, Rule.reject(1));
        return Kinds.BACKEND_SWITCHING_RULES.add(changed, frontend, Rule.forPort(0, backend, 443));
    }

    @Test
    void aServiceAsTheSupervisorMakesItIsPlainWhenItComesChangesAndGoes() {
        assertThat(PlainChange.is(EMPTY, ONE)).as(ONE.print()).isTrue();
        HaproxyConfig another =
                Kinds.SERVERS.add(ONE, Parent.backend("one-p"), Server.checked("one-10.0.0.2:80", "10.0.0.2", 80));
        assertThat(PlainChange.is(ONE, another)).isTrue();
        HaproxyConfig gone = ONE.without("frontend", "one").without("backend", "one-p");
        assertThat(PlainChange.is(ONE, gone)).isTrue();
        HaproxyConfig two = with(ONE, "one-p2", "one-p2-p");
        assertThat(PlainChange.is(two, two.without("frontend", "one").without("backend", "one-p")))
                .isTrue();
    }

    @Test
    void whatLeadsNowhereIsNotPlain() {
        assertThat(PlainChange.is(EMPTY, with(EMPTY, "two", "missing"))).isFalse();
        assertThat(PlainChange.is(ONE, ONE.without("backend", "one-p"))).isFalse();
        HaproxyConfig http = HaproxyConfig.parse(EMPTY.print() + "\nbackend web\n  mode http\n");
        assertThat(PlainChange.is(http, with(http, "two", "web"))).isFalse();
        HaproxyConfig looking = HaproxyConfig.parse(
                ONE.print() + "\nfrontend f\n  acl up nbsrv(one-p) gt 0\n  default_backend one-p\n");
        assertThat(PlainChange.is(looking, looking.without("frontend", "one").without("backend", "one-p")))
                .isFalse();
    }

    @Test
    void anythingOutOfTheOrdinaryIsNotPlain() {
        for (String line : List.of(
                "bind 127.0.0.1:443 name x ssl",
                "bind 127.0.0.1:443,127.0.0.2:443 name x",
                "nonsense",
                "log-tag \"a b\"",
                "use_backend one-p if { dst_port 443 } junk")) {
            HaproxyConfig added = ONE.with(io.kantoku.loadbalancer.model.Section.create("frontend", "x")
                    .withLines("mode tcp", line));
            assertThat(PlainChange.is(ONE, added)).as(line).isFalse();
        }
        assertThat(PlainChange.is(
                        ONE,
                        ONE.with(io.kantoku.loadbalancer.model.Section.create("frontend", "x")
                                .withLines("option tcplog"))))
                .as("the mode of the defaults")
                .isFalse();
        assertThat(PlainChange.is(ONE, HaproxyConfig.parse(ONE.print() + "\n")))
                .as("a file that was read anew")
                .isFalse();
    }
}
