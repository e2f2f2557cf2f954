package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a change of a configuration that HAProxy runs consists of nothing but frontends and backends as the Supervisor makes
 * them, word for word. HAProxy is known to accept these, so that it need not be asked, which takes as long as a reload. Pure.
 */
final class PlainChange {
    private static final String NAME = "[A-Za-z0-9_.:-]+";
    private static final String PORT = "[1-9][0-9]{0,4}";
    private static final String NUMBER = "[1-9][0-9]{0,5}";
    private static final String ADDRESS = "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}";

    private static final Map<String, Pattern> LINES = Map.of(
            "frontend",
            Pattern.compile("mode tcp|option tcplog|log-tag " + NAME
                    + "|bind " + ADDRESS + ":" + PORT + " name " + NAME
                    + "|use_backend " + NAME + " if \\{ dst_port " + PORT + " }"
                    + "|tcp-request connection accept if \\{ src(?: " + ADDRESS + "/[0-9]{1,2})+ }"
                    + "|tcp-request connection reject"),
            "backend",
            Pattern.compile("mode tcp|option tcp-check|option httpchk GET /healthz|log-tag " + NAME
                    + "|balance roundrobin|balance source|hash-type consistent"
                    + "|timeout connect " + NUMBER + "|retries " + NUMBER + "|option redispatch " + NUMBER
                    + "|default-server(?: (?:inter|fastinter|downinter|rise|fall) " + NUMBER + ")+"
                    + "|server " + NAME + " " + ADDRESS + ":" + PORT + " check weight [0-9]{1,3} verify none(?: port "
                    + PORT + ")?(?: send-proxy-v2)?"));

    private PlainChange() {}

    /** @param serving what HAProxy runs */
    static boolean is(HaproxyConfig serving, HaproxyConfig candidate) {
        Set<Section> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(serving.sections());
        Set<String> sure = new HashSet<>();
        for (Section section : candidate.sections()) {
            if (!kept.remove(section)) {
                if (!plain(section)) {
                    return false;
                }
                sure.add(key(section));
            }
        }
        Set<String> backends = new HashSet<>();
        for (Section gone : kept) {
            if (!LINES.containsKey(gone.keyword())) {
                return false;
            }
            if (gone.keyword().equals("backend")
                    && candidate.section("backend", gone.name()).isEmpty()) {
                backends.add(gone.name());
            }
        }
        return candidate.sections().stream()
                .allMatch(section -> sure.contains(key(section))
                        ? leadsToPlainBackends(section, candidate)
                        : backends.isEmpty() || !mentions(section, backends));
    }

    private static String key(Section section) {
        return section.keyword() + " " + section.name();
    }

    private static boolean plain(Section section) {
        Pattern known = LINES.get(section.keyword());
        if (known == null) {
            return false;
        }
        boolean tcp = false;
        Set<String> servers = new HashSet<>();
        for (Words line : section.lines()) {
            String text = line.print();
            boolean twice = line.at(0).equals("server") && !servers.add(line.at(1));
            if (twice || !known.matcher(text).matches()) {
                return false;
            }
            tcp |= text.equals("mode tcp");
        }
        return tcp;
    }

    private static boolean leadsToPlainBackends(Section section, HaproxyConfig candidate) {
        return section.lines("use_backend").stream()
                .allMatch(line -> candidate
                        .section("backend", line.at(1))
                        .filter(PlainChange::plain)
                        .isPresent());
    }

    /** Whether a section may lead to one of these backends, or look at it in some other way. */
    private static boolean mentions(Section section, Set<String> backends) {
        boolean perhaps = false;
        for (Words line : section.lines()) {
            for (String word : line.list()) {
                if (backends.contains(word)) {
                    return true;
                }
                perhaps |= word.contains("%[") || backends.stream().anyMatch(word::contains);
            }
        }
        return perhaps && !plain(section);
    }
}
