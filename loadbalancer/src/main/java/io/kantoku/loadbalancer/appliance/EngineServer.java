package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server that can come, change and go while HAProxy runs. Pure.
 *
 * @param weight the share of connections
 * @param disabled whether it gets none
 * @param parameters all others, those of the backend's default-server included
 */
record EngineServer(String name, String address, int port, int weight, boolean disabled, List<String> parameters) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");
    private static final Set<String> FLAGS =
            Set.of("check", "backup", "ssl", "send-proxy", "send-proxy-v2", "check-ssl", "check-send-proxy");
    private static final Set<String> WITH_VALUE = Set.of(
            "maxconn",
            "minconn",
            "maxqueue",
            "inter",
            "fastinter",
            "downinter",
            "rise",
            "fall",
            "port",
            "addr",
            "on-marked-down",
            "on-marked-up",
            "on-error",
            "observe",
            "error-limit",
            "slowstart",
            "verify",
            "verifyhost",
            "ca-file",
            "crt",
            "sni",
            "alpn");

    /** Reads a server's line; empty when only a reload can bring it into effect. */
    static Optional<EngineServer> of(Words line, List<String> defaults) {
        String where = line.at(2);
        int colon = where.lastIndexOf(':');
        boolean plain = NAME.matcher(line.at(1)).matches() && colon > 0 && Ipv4.is(where.substring(0, colon));
        Optional<Integer> port = plain ? number(where.substring(colon + 1)) : Optional.empty();
        if (port.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>(defaults);
        all.addAll(line.from(3).list());
        int weight = 1;
        boolean disabled = false;
        List<String> parameters = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String word = all.get(i);
            String value = i + 1 < all.size() ? all.get(i + 1) : "";
            if (word.equals("weight") && number(value).isPresent()) {
                weight = number(value).get();
                i++;
            } else if (word.equals("disabled")) {
                disabled = true;
            } else if (FLAGS.contains(word)) {
                parameters.add(word);
            } else if (WITH_VALUE.contains(word)
                    && NAME.matcher(value.replace("/", "").replace(",", "")).matches()) {
                parameters.add(word);
                parameters.add(value);
                i++;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new EngineServer(
                line.at(1), where.substring(0, colon), port.get(), weight, disabled, List.copyOf(parameters)));
    }

    private static Optional<Integer> number(String text) {
        return !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    boolean checked() {
        return parameters.contains("check");
    }

    /** The commands that add it to a backend of the engine. */
    List<String> add(String backend) {
        String itself = backend + "/" + name;
        List<String> commands = new ArrayList<>();
        commands.add("add server " + itself + " " + address + ":" + port + " weight " + weight
                + (parameters.isEmpty() ? "" : " " + String.join(" ", parameters)));
        if (checked()) {
            commands.add("enable health " + itself);
        }
        if (!disabled) {
            commands.add("enable server " + itself);
        }
        return commands;
    }

    /** The commands that turn it into another of the same name; empty when it has to go and come again. */
    Optional<List<String>> change(String backend, EngineServer other) {
        if (!parameters.equals(other.parameters)) {
            return Optional.empty();
        }
        String itself = "set server " + backend + "/" + name;
        List<String> commands = new ArrayList<>();
        if (!address.equals(other.address) || port != other.port) {
            commands.add(itself + " addr " + other.address + " port " + other.port);
        }
        if (weight != other.weight) {
            commands.add(itself + " weight " + other.weight);
        }
        if (disabled != other.disabled) {
            commands.add(itself + " state " + (other.disabled ? "maint" : "ready"));
        }
        return Optional.of(commands);
    }
}
