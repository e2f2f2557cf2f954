package io.kantoku.vsphere.vcenter;

import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.cloudinit.CloudInit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Adds the addresses of a machine's cards to its cloud-config: a {@code bootcmd}, which runs before everything else, writes a file of
 * systemd-networkd for each card and lets it take effect. Cards are matched by their place: the names that Linux gives to the
 * paravirtual cards of a virtual machine are in the order of their slots. Pure.
 */
final class NetworkSetup {
    private NetworkSetup() {}

    /** The user data of a machine with its network. */
    static byte[] into(CloudInit config, List<Nic> nics) {
        return (config.toYaml() + bootcmd(nics)).getBytes(StandardCharsets.UTF_8);
    }

    private static String bootcmd(List<Nic> nics) {
        StringBuilder yaml = new StringBuilder("bootcmd:\n");
        for (int i = 0; i < nics.size(); i++) {
            Nic nic = nics.get(i);
            StringBuilder unit = new StringBuilder("[Match]\\nName=$card\\n[Network]\\nDHCP=no\\nAddress=")
                    .append(nic.address().address())
                    .append('/')
                    .append(nic.address().prefix())
                    .append("\\n");
            nic.gateway()
                    .ifPresent(
                            gateway -> unit.append("Gateway=").append(gateway).append("\\n"));
            // card number i+1 of those that are not the loopback, in the order of their names
            yaml.append("- |\n  card=$(ls /sys/class/net | grep -v '^lo$' | sort -V | sed -n ")
                    .append(i + 1)
                    .append("p)\n  printf \"")
                    .append(unit)
                    .append("\" > /etc/systemd/network/00-kantoku-")
                    .append(i)
                    .append(".network\n");
        }
        return yaml.append("- systemctl restart systemd-networkd\n").toString();
    }
}
