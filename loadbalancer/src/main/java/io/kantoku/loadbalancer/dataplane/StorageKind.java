package io.kantoku.loadbalancer.dataplane;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A kind of file that the API keeps for the configuration.
 *
 * @param path below {@code /storage}
 * @param label what messages call such a file
 * @param directory beside the configuration
 * @param names what they may be called
 * @param secret whether their content is not told to anybody
 * @param replacedByForm whether a new content comes in a form as the first does, rather than as text
 * @param told whether an answer to a replacement tells of the file
 */
record StorageKind(
        String path,
        String label,
        String directory,
        Pattern names,
        boolean secret,
        boolean replacedByForm,
        boolean told) {
    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}";

    static final StorageKind MAPS =
            new StorageKind("maps", "map file", "maps", Pattern.compile(NAME + "\\.map"), false, false, false);

    /** Certificates with their keys. */
    static final StorageKind CERTIFICATES =
            new StorageKind("ssl_certificates", "SSL file", "ssl", Pattern.compile(NAME), true, false, true);

    /** Error pages, Lua, whatever else the configuration names. */
    static final StorageKind GENERAL =
            new StorageKind("general", "general use file", "general", Pattern.compile(NAME), false, true, false);

    static final List<StorageKind> ALL = List.of(MAPS, CERTIFICATES, GENERAL);
}
