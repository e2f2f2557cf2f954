package io.kantoku.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.supervisor.console.BalancerView;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HaproxyReportTest {
    @Test
    void knowsWhichBackendsAnAddressLeadsTo() {
        HaproxyConfig config = HaproxyConfig.parse("""
                frontend api
                  mode tcp
                  bind 127.0.0.51:443 name nginx
                  bind 127.0.0.51:6443 name apiserver
                  use_backend api-nginx if { dst_port 443 }
                  use_backend api-apiserver if { dst_port 6443 }
                frontend web
                  mode tcp
                  bind 127.0.0.52:80 name http
                  default_backend web-http
                """);
        assertThat(HaproxyReport.backends(config.sections("frontend")))
                .containsEntry("127.0.0.51", Set.of("api-nginx", "api-apiserver"))
                .containsEntry("127.0.0.52", Set.of("web-http"))
                .hasSize(2);
    }

    @Test
    void anApplianceThatIsOffTellsNothingAndIsNotAskedAgainAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        HaproxyReport report = new HaproxyReport(
                () -> {
                    asked.incrementAndGet();
                    throw new DataPlaneException(DataPlaneException.Code.UNREACHABLE, "it is off");
                },
                () -> Instant.EPOCH);
        assertThat(report.health("127.0.0.100", 6443)).isEqualTo(BalancerView.Health.UNKNOWN);
        assertThat(report.traffic("127.0.0.51")).isEmpty();
        assertThat(asked).hasValue(1);
    }
}
