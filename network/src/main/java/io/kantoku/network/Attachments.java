package io.kantoku.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.network.NetworkException.Code;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The pods of one node and their addresses, kept in a directory with a file for each. Thread-safe. */
final class Attachments {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SANDBOX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final String SUFFIX = ".json";

    /** The first two and the last address are the network's, the node's and the broadcast address. */
    private static final int RESERVED_LOW = 2;

    private final Path directory;
    private final Map<String, Attachment> bySandbox = new TreeMap<>();
    private final Set<String> leaving = new HashSet<>();
    private long next = RESERVED_LOW;

    private Attachments(Path directory) {
        this.directory = directory;
    }

    /** Reads what an earlier life kept. */
    static Attachments open(Path directory) {
        Attachments attachments = new Attachments(directory);
        try {
            Files.createDirectories(directory);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path file : files) {
                    Attachment attachment = JSON.readValue(file.toFile(), Attachment.class);
                    attachments.bySandbox.put(attachment.sandbox(), attachment);
                }
            }
        } catch (IOException e) {
            throw failed("cannot be read", directory, e);
        }
        return attachments;
    }

    /**
     * What the sandbox has; a new one gets a free address of the range, the one that was free longest where possible.
     *
     * @param link names the node's end of a cable by the sandbox's id
     */
    synchronized Attachment add(PodSandbox sandbox, Ipv4Range range, String link) {
        Attachment present = bySandbox.get(sandbox.id());
        if (present != null) {
            leaving.remove(sandbox.id());
            return present;
        }
        if (!SANDBOX.matcher(sandbox.id()).matches()) {
            throw new NetworkException(Code.BAD_CONFIGURATION, "not the id of a sandbox: \"" + sandbox.id() + "\"");
        }
        Attachment attachment = new Attachment(
                sandbox.id(), sandbox.namespace(), sandbox.pod(), sandbox.uid(), freeAddress(range), link);
        try {
            Path draft = directory.resolve(sandbox.id() + ".new");
            JSON.writeValue(draft.toFile(), attachment);
            Files.move(draft, file(sandbox.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("cannot be written", directory, e);
        }
        bySandbox.put(sandbox.id(), attachment);
        return attachment;
    }

    private String freeAddress(Ipv4Range range) {
        Set<String> taken = new HashSet<>();
        bySandbox.values().forEach(attachment -> taken.add(attachment.address()));
        long usable = range.size() - 1 - RESERVED_LOW;
        for (long tried = 0; tried < usable; tried++) {
            long offset = RESERVED_LOW + (next - RESERVED_LOW + tried) % usable;
            if (!taken.contains(range.at(offset))) {
                next = offset + 1;
                return range.at(offset);
            }
        }
        throw new NetworkException(
                Code.NO_ADDRESS,
                "all " + Math.max(usable, 0) + " pod addresses of the node (" + range + ") are in use");
    }

    synchronized Optional<Attachment> find(String sandbox) {
        return Optional.ofNullable(bySandbox.get(sandbox));
    }

    /** Takes a pod out of {@link #all}; its address stays taken until {@link #remove}. */
    synchronized void leave(Attachment attachment) {
        leaving.add(attachment.sandbox());
    }

    synchronized void remove(String sandbox) {
        leaving.remove(sandbox);
        if (bySandbox.remove(sandbox) != null) {
            try {
                Files.deleteIfExists(file(sandbox));
            } catch (IOException e) {
                throw failed("cannot be written", directory, e);
            }
        }
    }

    synchronized List<Attachment> all() {
        return bySandbox.values().stream()
                .filter(attachment -> !leaving.contains(attachment.sandbox()))
                .toList();
    }

    /** Forgets pods whose cables are gone: an earlier life of the machine had them. */
    synchronized void keepOnly(Collection<String> links) {
        all().stream().filter(attachment -> !links.contains(attachment.link())).forEach(gone -> remove(gone.sandbox()));
    }

    private Path file(String sandbox) {
        return directory.resolve(sandbox + SUFFIX);
    }

    private static NetworkException failed(String what, Path directory, IOException cause) {
        return new NetworkException(
                Code.FAILED, "the list of pods in " + directory + " " + what + ": " + cause.getMessage(), cause);
    }
}
