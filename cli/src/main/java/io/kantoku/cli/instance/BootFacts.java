package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.boot.MachineFacts;
import io.kantoku.kubelet.boot.NodeDisk;
import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.library.Release;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a node finds on a machine that cloud-init has set up. */
final class BootFacts {
    private BootFacts() {}

    /**
     * @param image the machine's image, {@code ""} for one without
     * @param addresses where the machine's API server listens
     * @param disk a directory that exists
     */
    static MachineFacts of(
            MetaData metaData,
            CloudInit config,
            ClusterId cluster,
            String image,
            List<String> addresses,
            VmHardware hardware,
            NetworkStack network,
            Path disk) {
        Map<String, String> files = new LinkedHashMap<>();
        config.files().forEach(file -> files.put(file.path(), metaData.fillIn(file.text())));
        List<String> commands = new ArrayList<>();
        for (Command command : config.commands()) {
            commands.add(
                    switch (command) {
                        case Command.Shell(String line) -> line;
                        case Command.Exec(List<String> words) -> String.join(" ", words);
                    });
        }
        return new MachineFacts(
                metaData.nodeName(),
                cluster,
                Release.ofImageName(image)
                        .map(release -> release.version().toString())
                        .orElse(""),
                addresses,
                hardware.cpus(),
                hardware.memoryMiB() << 20,
                files,
                commands,
                network,
                disk,
                NodeDisk.in(disk));
    }
}
