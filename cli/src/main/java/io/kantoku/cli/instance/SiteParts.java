package io.kantoku.cli.instance;

import io.kantoku.kubelet.boot.ControlPlaneHost;
import io.kantoku.kubelet.fleet.SimulatedFleet;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.time.InstantSource;
import java.util.Deque;

/**
 * What a site is built on.
 *
 * @param fleet the nodes of machines that run nothing themselves
 * @param planes where the control planes of machines are served
 * @param parts what is closed when the instance ends, the last one first
 */
record SiteParts(
        StateDirectory state,
        InstanceOptions options,
        Ledger ledger,
        Processes processes,
        HttpServer server,
        HttpClient http,
        Platform platform,
        SimulatedFleet fleet,
        ControlPlaneHost planes,
        InstantSource clock,
        Deque<AutoCloseable> parts) {
    /** Whatever happens later, the instance closes the part at its end. */
    <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}
