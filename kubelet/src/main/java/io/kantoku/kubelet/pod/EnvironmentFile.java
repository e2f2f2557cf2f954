package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.kubelet.volume.Confined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads variables that another container of the pod has written to a file of a volume: a line {@code NAME='value'} each, where what is
 * in quotes may go over several lines; empty lines and those that begin with {@code #} say nothing.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-via-file/">Define Environment
 *     Variable Values Using An Init Container</a>
 */
final class EnvironmentFile {
    private static final long LONGEST = 64 * 1024;

    private EnvironmentFile() {}

    /**
     * The value that a {@code fileKeyRef} names; empty when there is none and that is allowed.
     *
     * @param volumes where the pod's are, by name
     * @throws ConfigurationException when it is missing
     */
    static Optional<String> value(JsonNode reference, Map<String, Path> volumes) {
        String path = reference.path("path").asText();
        String key = reference.path("key").asText();
        Path volume = volumes.get(reference.path("volumeName").asText());
        if (volume == null) {
            throw ConfigurationException.config("cannot find the volume \""
                    + reference.path("volumeName").asText() + "\" referenced by FileKeyRef");
        }
        try {
            Path file = Confined.path(volume, path)
                    .orElseThrow(
                            () -> ConfigurationException.config("the path \"" + path + "\" leads out of the volume"));
            if (Files.size(file) > LONGEST) {
                throw ConfigurationException.config("the environment file \"" + path + "\" is longer than 64 KiB");
            }
            String value = parse(Files.readString(file)).get(key);
            if (value != null) {
                return Optional.of(value);
            }
        } catch (NoSuchFileException e) {
            if (!reference.path("optional").asBoolean()) {
                throw ConfigurationException.config("the environment file \"" + path + "\" does not exist");
            }
        } catch (IOException e) {
            throw ConfigurationException.config("couldn't parse env file \"" + path + "\": " + e.getMessage());
        }
        if (reference.path("optional").asBoolean()) {
            return Optional.empty();
        }
        throw ConfigurationException.config(
                "environment variable key \"" + key + "\" not found in file \"" + path + "\"");
    }

    /** Also takes values without quotes, as the first releases did. */
    static Map<String, String> parse(String text) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            String line = text.substring(at, end).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = text.indexOf('=', at);
                if (equals < 0 || equals > end) {
                    throw new IOException("no \"=\" in the line: " + line);
                }
                String key = text.substring(at, equals).strip();
                if (equals + 1 < text.length() && text.charAt(equals + 1) == '\'') {
                    int close = text.indexOf('\'', equals + 2);
                    if (close < 0) {
                        throw new IOException("the value of " + key + " has no closing quote");
                    }
                    values.put(key, text.substring(equals + 2, close));
                    end = text.indexOf('\n', close) < 0 ? text.length() : text.indexOf('\n', close);
                } else {
                    values.put(key, text.substring(equals + 1, end).strip());
                }
            }
            at = end + 1;
        }
        return values;
    }
}
