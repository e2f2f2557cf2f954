package io.kantoku.vsphere.vcenter;

import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine's user data with what its bootstrap data leave to the machine's metadata: cloud-init's data source OVF knows neither the
 * host name nor the BIOS UUID under the names that other sources have. The name is known here; the UUID is put in by the machine
 * itself, from its firmware's table, before the first command. Pure.
 */
final class GuestUserData {
    private static final String HOST_NAME = "{{ ds.meta_data.hostname }}";
    private static final String INSTANCE_ID = "{{ ds.meta_data.instance_id }}";
    private static final String PLACE = "@bios-uuid@";
    private static final String UUID_FILE = "/sys/class/dmi/id/product_uuid";

    private GuestUserData() {}

    /** A cloud-config without templates; {@code INVALID_ARGUMENT} when the user data are none. */
    static CloudInit of(VmSpec spec) {
        CloudInit config = CloudInit.parse(spec.userData());
        List<WriteFile> files = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        for (WriteFile file : config.files()) {
            String text = file.content().text().orElse("");
            if (!text.contains("{{ ds.meta_data.")) {
                files.add(file);
                continue;
            }
            String filled = text.replace(HOST_NAME, spec.name()).replace(INSTANCE_ID, PLACE);
            if (filled.contains("{{ ds.meta_data.")) {
                throw VsphereException.invalid("the user data of " + spec.name()
                        + " ask for metadata that a machine in vCenter does not have, in " + file.path());
            }
            files.add(new WriteFile(
                    file.path(), file.permissions(), file.owner(), SecretBytes.utf8(filled), file.encoding()));
            if (filled.contains(PLACE)) {
                commands.add(
                        Command.shell("sed -i \"s/" + PLACE + "/$(tr A-Z a-z < " + UUID_FILE + ")/g\" " + file.path()));
            }
        }
        commands.addAll(config.commands());
        return new CloudInit(config.hostname(), config.users(), files, commands);
    }
}
