package io.kantoku.cli;

import io.kantoku.vsphere.net.Cidr;
import java.util.List;

/** Warns when proxy variables would send the lab's addresses to a proxy. */
final class ProxyWarning {
    private ProxyWarning() {}

    static void warn(Cidr network, Console console) {
        for (String name : List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")) {
            String proxy = System.getenv(name);
            String exempt = String.valueOf(System.getenv("NO_PROXY")) + System.getenv("no_proxy");
            if (proxy != null && !proxy.isEmpty() && !exempt.contains(network.toString())) {
                console.note("Warning: " + name + " is set, so kubectl would send requests for " + network
                        + " to a proxy. Set NO_PROXY=" + network);
                return;
            }
        }
    }
}
