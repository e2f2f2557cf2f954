package io.kantoku.cli.instance;

import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.util.ArrayList;
import java.util.List;

/**
 * The bootstrap data of a control VM that leads to the process that serves the Supervisor's API: for each port a socket of systemd and
 * {@code systemd-socket-proxyd} behind it (systemd.socket(5), systemd-socket-proxyd(8)). Any Linux image with cloud-init and systemd
 * serves; no key of the cluster goes there. Pure.
 */
final class RelayMachine {
    private static final String UNITS = "/etc/systemd/system/";

    private RelayMachine() {}

    /**
     * @param own the machine's address where clients connect
     * @param server where the API is served
     */
    record Relay(String own, int port, String server, int serverPort) {}

    static CloudInit cloudInit(List<Relay> relays) {
        List<WriteFile> files = new ArrayList<>();
        List<String> sockets = new ArrayList<>(List.of("systemctl", "enable", "--now"));
        for (Relay relay : relays) {
            String unit = "kantoku-" + relay.port();
            files.add(WriteFile.of(
                    UNITS + unit + ".socket", "0644", """
                    [Unit]
                    Description=Port %d of the Supervisor
                    [Socket]
                    ListenStream=%s:%d
                    FreeBind=true
                    [Install]
                    WantedBy=sockets.target
                    """.formatted(relay.port(), relay.own(), relay.port())));
            files.add(WriteFile.of(UNITS + unit + ".service", "0644", """
                    [Unit]
                    Description=Leads port %d to Kantoku
                    Requires=%s.socket
                    After=%s.socket network-online.target
                    [Service]
                    ExecStart=/usr/lib/systemd/systemd-socket-proxyd %s:%d
                    PrivateTmp=true
                    """.formatted(
                            relay.port(), unit, unit, relay.server(), relay.serverPort())));
            sockets.add(unit + ".socket");
        }
        return new CloudInit(
                "",
                List.of(),
                files,
                List.of(new Command.Exec(List.of("systemctl", "daemon-reload")), new Command.Exec(sockets)));
    }
}
