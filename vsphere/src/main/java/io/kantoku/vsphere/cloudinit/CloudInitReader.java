package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.cloudinit.WriteFile.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a cloud-config document into {@link CloudInit}, collecting the keys that it does not know. */
final class CloudInitReader {
    /** More than any bootstrap data needs; a compressed file may not grow beyond it either. */
    private static final int LARGEST = 4 * 1024 * 1024;

    private static final int DEEPEST = 32;

    private final Set<String> unknown = new TreeSet<>();

    private CloudInitReader() {}

    static CloudInit.Reading read(String yaml) {
        String first = yaml.lines().findFirst().orElse("").stripTrailing();
        if (!first.equals(CloudInit.HEADER)) {
            throw VsphereException.invalid("user data must begin with the line " + CloudInit.HEADER);
        }
        CloudInitReader reader = new CloudInitReader();
        CloudInit config = reader.document(load(yaml));
        return new CloudInit.Reading(config, List.copyOf(reader.unknown));
    }

    private static @Nullable Object load(String yaml) {
        if (yaml.length() > LARGEST) {
            throw VsphereException.invalid("the cloud-config is longer than " + LARGEST + " characters");
        }
        // The parser moves all that it has buffered whenever it reads on: with its small buffer, long lines take
        // quadratic time.
        LoadSettings settings = LoadSettings.builder()
                .setLabel("cloud-config")
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(20)
                .setCodePointLimit(LARGEST)
                .setBufferSize(Math.max(1024, yaml.length()))
                .build();
        try {
            refuseDeepNesting(settings, yaml);
            return new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException e) {
            // The message of the parser quotes the text, which may hold keys.
            throw new VsphereException(
                    VsphereException.Code.INVALID_ARGUMENT,
                    "the cloud-config is not well-formed YAML (" + e.getClass().getSimpleName() + position(e) + ")");
        }
    }

    /** The parser keeps its own stack, but what builds values from its events recurses. */
    private static void refuseDeepNesting(LoadSettings settings, String yaml) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> {}
            }
            if (depth > DEEPEST) {
                throw VsphereException.invalid("the cloud-config is nested more than " + DEEPEST + " deep");
            }
        }
    }

    private static String position(YamlEngineException e) {
        return e instanceof MarkedYamlEngineException marked
                ? marked.getProblemMark()
                        .map(mark -> " in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                        .orElse("")
                : "";
    }

    private CloudInit document(@Nullable Object root) {
        if (root == null) {
            return CloudInit.EMPTY;
        }
        Map<?, ?> map = map(root, "the document");
        note(map, "", Set.of("hostname", "users", "write_files", "runcmd"));
        List<User> users = new ArrayList<>();
        List<WriteFile> files = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        each(map, "users", (value, path) -> users.add(user(value, path)));
        each(map, "write_files", (value, path) -> files.add(file(value, path)));
        each(map, "runcmd", (value, path) -> commands.add(command(value, path)));
        return new CloudInit(string(map, "hostname", "", ""), users, files, commands);
    }

    private User user(Object value, String path) {
        Map<?, ?> map = map(value, path);
        note(
                map,
                path + ".",
                Set.of("name", "groups", "shell", "sudo", "passwd", "lock_passwd", "ssh_authorized_keys"));
        List<String> keys = new ArrayList<>();
        each(map, path + ".", "ssh_authorized_keys", (key, keyPath) -> keys.add(scalar(key, keyPath)));
        return new User(
                string(map, "name", path, ""),
                joined(map, "groups", path),
                string(map, "shell", path, ""),
                rule(map, path),
                string(map, "passwd", path, ""),
                bool(map, "lock_passwd", path),
                keys);
    }

    private WriteFile file(Object value, String path) {
        Map<?, ?> map = map(value, path);
        note(map, path + ".", Set.of("path", "permissions", "owner", "content", "encoding"));
        String content = string(map, "content", path, "");
        String encoding = string(map, "encoding", path, "");
        return switch (encoding) {
            case "", "text/plain" -> file(map, path, SecretBytes.utf8(content), Encoding.TEXT);
            case "b64", "base64" -> file(map, path, SecretBytes.of(decode(content, path)), Encoding.BASE64);
            case "gz+b64", "gzip+b64", "gz+base64", "gzip+base64" ->
                file(map, path, SecretBytes.of(gunzip(decode(content, path), path)), Encoding.GZIP_BASE64);
            default ->
                throw VsphereException.invalid(
                        path + ".encoding '" + encoding + "' is not known; use text/plain, b64 or gz+b64");
        };
    }

    private WriteFile file(Map<?, ?> map, String path, SecretBytes content, Encoding encoding) {
        return new WriteFile(
                string(map, "path", path, ""),
                string(map, "permissions", path, "0644"),
                string(map, "owner", path, ""),
                content,
                encoding);
    }

    private Command command(Object value, String path) {
        if (value instanceof List<?> words) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                texts.add(scalar(words.get(i), path + "[" + i + "]"));
            }
            return new Command.Exec(texts);
        }
        return new Command.Shell(scalar(value, path));
    }

    private static byte[] decode(String content, String path) {
        try {
            return Base64.getMimeDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw VsphereException.invalid(path + ".content is not base64");
        }
    }

    private static byte[] gunzip(byte[] bytes, String path) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] content = gzip.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw VsphereException.invalid(path + ".content unpacks to more than " + LARGEST + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw new VsphereException(
                    VsphereException.Code.INVALID_ARGUMENT, path + ".content is not in gzip format", e);
        }
    }

    private void note(Map<?, ?> map, String prefix, Set<String> known) {
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || !known.contains(name)) {
                unknown.add(prefix + key);
            }
        }
    }

    /** Receives the elements of a list with their paths. */
    private interface Element {
        void accept(Object value, String path);
    }

    private static void each(Map<?, ?> map, String key, Element element) {
        each(map, "", key, element);
    }

    private static void each(Map<?, ?> map, String prefix, String key, Element element) {
        Object value = map.get(key);
        if (value == null) {
            return;
        }
        String path = prefix + key;
        if (!(value instanceof List<?> list)) {
            throw VsphereException.invalid(path + " must be a list");
        }
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            if (item == null) {
                throw VsphereException.invalid(path + "[" + i + "] is empty");
            }
            element.accept(item, path + "[" + i + "]");
        }
    }

    private static Map<?, ?> map(Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw VsphereException.invalid(path + " must be a mapping of keys to values");
    }

    private static String string(Map<?, ?> map, String key, String path, String otherwise) {
        Object value = map.get(key);
        return value == null ? otherwise : scalar(value, path.isEmpty() ? key : path + "." + key);
    }

    /** Lists of words are written with commas too: {@code groups: [a, b]} is {@code groups: a,b}. */
    private static String joined(Map<?, ?> map, String key, String path) {
        if (!(map.get(key) instanceof List<?> list)) {
            return string(map, key, path, "");
        }
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(scalar(word, path + "." + key)));
        return String.join(",", words);
    }

    /** One sudoers rule; a list of one is the same, {@code false} is none. */
    private static String rule(Map<?, ?> map, String path) {
        Object value = map.get("sudo");
        if (Boolean.FALSE.equals(value)) {
            return "";
        }
        if (value instanceof List<?> rules) {
            if (rules.size() != 1) {
                throw VsphereException.invalid(path + ".sudo must be one rule");
            }
            return scalar(rules.getFirst(), path + ".sudo[0]");
        }
        return string(map, "sudo", path, "");
    }

    private static @Nullable Boolean bool(Map<?, ?> map, String key, String path) {
        Object value = map.get(key);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw VsphereException.invalid(path + "." + key + " must be true or false");
    }

    private static String scalar(@Nullable Object value, String path) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Number number -> number.toString();
            case null, default -> throw VsphereException.invalid(path + " must be a string");
        };
    }
}
