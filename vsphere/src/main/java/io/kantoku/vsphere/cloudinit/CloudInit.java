package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VsphereException;
import java.util.List;
import java.util.Optional;

/**
 * The part of a cloud-config document that nodes are bootstrapped with.
 *
 * <p>What {@link #toYaml} prints is read by cloud-init too (docs.cloud-init.io, modules {@code write_files}, {@code runcmd},
 * {@code set_hostname}, {@code users_groups}), and what those modules accept of these keys is read by {@link #parse}.
 *
 * @param hostname the machine's host name; {@code ""} leaves it alone
 * @param users accounts to make
 * @param files files to write, in this order
 * @param commands commands to run after the files are there, in this order
 */
public record CloudInit(String hostname, List<User> users, List<WriteFile> files, List<Command> commands) {
    /** The first line of every cloud-config document. */
    public static final String HEADER = "#cloud-config";

    /** Changes nothing on a machine. */
    public static final CloudInit EMPTY = new CloudInit("", List.of(), List.of(), List.of());

    public CloudInit {
        users = List.copyOf(users);
        files = List.copyOf(files);
        commands = List.copyOf(commands);
    }

    /** A document and the keys in it that nothing here reads, each with its path ({@code write_files[1].append}). */
    public record Reading(CloudInit config, List<String> unknownKeys) {
        public Reading {
            unknownKeys = List.copyOf(unknownKeys);
        }
    }

    /** Reads a document; {@code INVALID_ARGUMENT} when it is malformed or has keys that are not known, which are named. */
    public static CloudInit parse(String yaml) {
        Reading reading = read(yaml);
        if (!reading.unknownKeys().isEmpty()) {
            throw VsphereException.invalid("the cloud-config has keys that are not understood: "
                    + String.join(", ", reading.unknownKeys())
                    + "; known are hostname, users, write_files and runcmd");
        }
        return reading.config();
    }

    /** As {@link #parse(String)}, of user data as a machine has it. */
    public static CloudInit parse(SecretBytes userData) {
        return parse(userData.text()
                .orElseThrow(() ->
                        VsphereException.invalid("the user data is not UTF-8 text; compressed user data is not read")));
    }

    /** Reads a document and tells what in it is not known; {@code INVALID_ARGUMENT} when it is malformed. */
    public static Reading read(String yaml) {
        return CloudInitReader.read(yaml);
    }

    /** The document as text: every value quoted so that YAML 1.1 and 1.2 readers see the same string. */
    public String toYaml() {
        return CloudInitPrinter.print(this);
    }

    /** The document as a machine's user data. */
    public SecretBytes toUserData() {
        return SecretBytes.utf8(toYaml());
    }

    /** The last file of that path: what a machine would find there after its boot. */
    public Optional<WriteFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).reduce((earlier, later) -> later);
    }
}
