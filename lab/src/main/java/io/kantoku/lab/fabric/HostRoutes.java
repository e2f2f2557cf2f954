package io.kantoku.lab.fabric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.lab.Commands;
import io.kantoku.lab.LabException;
import java.util.ArrayList;
import java.util.List;

/** Whether a range is free to be used on this host. Pure but for {@link #read}. */
public final class HostRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Route> routes;

    /** A route of the host's main table. */
    record Route(Subnet destination, String type, String device, int protocol) {
        boolean ours() {
            return protocol == Scripts.PROTOCOL || device.startsWith("kt-");
        }

        /** Nothing is reached by it, so nothing is lost behind a more specific route. */
        boolean closed() {
            return type.equals("unreachable") || type.equals("blackhole") || type.equals("prohibit");
        }
    }

    /** What there is to say of a range: refusals end the start, warnings do not. */
    public record Findings(List<String> refusals, List<String> warnings) {
        public Findings {
            refusals = List.copyOf(refusals);
            warnings = List.copyOf(warnings);
        }
    }

    HostRoutes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** The routes of the namespace that this process is in. */
    public static HostRoutes read() {
        Commands.Outcome shown = Commands.run(List.of("ip", "-j", "-N", "-4", "route", "show", "table", "main"));
        if (shown.code() != 0) {
            throw new LabException(LabException.Code.COMMAND, "the host's routes cannot be read: " + shown.output());
        }
        return parse(shown.output().isEmpty() ? "[]" : shown.output());
    }

    static HostRoutes parse(String json) {
        List<Route> routes = new ArrayList<>();
        try {
            for (JsonNode route : JSON.readTree(json)) {
                String destination = route.path("dst").asText();
                if (!destination.equals("default")) {
                    routes.add(new Route(
                            Subnet.parse(destination),
                            route.path("type").asText("unicast"),
                            route.path("dev").asText(),
                            route.path("protocol").asInt(0)));
                }
            }
        } catch (JsonProcessingException e) {
            throw new LabException(LabException.Code.COMMAND, "the host's routes cannot be read: " + e.getMessage(), e);
        }
        return new HostRoutes(routes);
    }

    /**
     * What stands against using a range.
     *
     * @param option the option that changes it
     */
    public Findings check(Subnet range, String option) {
        List<String> refusals = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (Route route : routes) {
            if (route.ours() || route.closed()) {
                continue;
            }
            if (range.contains(route.destination())) {
                refusals.add("this host has a route to " + route.destination() + " by " + route.device()
                        + ", which lies in " + range + "; choose another range with " + option);
            } else if (route.destination().contains(range)) {
                warnings.add("this host reaches " + route.destination() + " by " + route.device()
                        + "; while the instance runs, addresses of " + range + " in it are the lab's");
            }
        }
        return new Findings(refusals, warnings);
    }
}
