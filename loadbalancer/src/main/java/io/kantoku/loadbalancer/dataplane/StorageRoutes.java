package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The routes of the files of one kind that the appliance keeps, for HAProxy to read when it starts or is reloaded
 * ({@code /storage/maps} and others of version 2.2 and later). A file that the configuration names cannot be deleted: HAProxy would
 * not start without it.
 */
final class StorageRoutes {
    /** There are keys in them. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Configuration configuration;
    private final StorageKind kind;
    private final Path directory;

    private StorageRoutes(Configuration configuration, StorageKind kind) {
        this.configuration = configuration;
        this.kind = kind;
        this.directory = directory(configuration, kind);
    }

    /** Where the files of a configuration are. */
    static Path directory(Configuration configuration, StorageKind kind) {
        return configuration.directory().resolve(kind.directory());
    }

    static List<Route> of(Configuration configuration) {
        return StorageKind.ALL.stream()
                .flatMap(kind -> new StorageRoutes(configuration, kind).routes().stream())
                .toList();
    }

    private List<Route> routes() {
        String all = "/services/haproxy/storage/" + kind.path();
        String one = all + "/{name}";
        String label = kind.label();
        return List.of(
                new Route("GET", all, "Each " + label, call -> Answer.ok(list())),
                new Route("POST", all, "Add a " + label, this::post),
                new Route("GET", one, "One " + label, call -> Answer.ok(content(file(call)))),
                new Route("PUT", one, "Replace a " + label, this::put),
                new Route("DELETE", one, "Delete a " + label, this::delete));
    }

    private List<ObjectNode> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> kind.names().matcher(name(file)).matches())
                    .sorted()
                    .map(this::describe)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the files in " + directory + " cannot be listed", e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private ObjectNode describe(Path file) {
        try {
            return ApiJson.object()
                    .put("description", "managed " + kind.label())
                    .put("file", file.toString())
                    .put("size", Files.size(file))
                    .put("storage_name", name(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " cannot be read", e);
        }
    }

    /** The file of that name, which exists. */
    private Path file(Call call) {
        String name = call.path("name");
        Path file = directory.resolve(kind.names().matcher(name).matches() ? name : "none");
        if (!Files.isRegularFile(file)) {
            throw DataPlaneException.notFound(kind.label() + " " + name);
        }
        return file;
    }

    private Object content(Path file) {
        if (kind.secret()) {
            return describe(file);
        }
        try {
            return new Answer.Download(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " cannot be read", e);
        }
    }

    private static Upload upload(Call call) {
        return Upload.of(
                call.exchange().header("Content-Type").orElse(""), call.body("multipart/form-data"), "file_upload");
    }

    private Answer post(Call call) {
        Upload upload = upload(call);
        if (!kind.names().matcher(upload.name()).matches()) {
            throw DataPlaneException.badRequest(
                    "\"" + upload.name() + "\" is no name of a " + kind.label() + ": it has to match " + kind.names());
        }
        Path file = directory.resolve(upload.name());
        if (Files.exists(file)) {
            throw DataPlaneException.exists(kind.label() + " " + upload.name());
        }
        write(file, upload.content());
        return new Answer(201, describe(file), Optional.empty());
    }

    private Answer put(Call call) {
        Path file = file(call);
        write(file, kind.replacedByForm() ? upload(call).content() : call.body(Call.TEXT));
        Object body = kind.told() ? describe(file) : null;
        int done = kind.told() ? 200 : 204;
        return call.flag("skip_reload")
                ? new Answer(done, body, Optional.empty())
                : Answer.written(configuration.reloaded(call.flag("force_reload")), done, body);
    }

    private Answer delete(Call call) {
        Path file = file(call);
        users(file).ifPresent(section -> {
            throw new DataPlaneException(
                    Code.CONFLICT,
                    "the " + kind.label() + " " + name(file) + " is used by " + section
                            + "; HAProxy does not start without it");
        });
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " cannot be deleted", e);
        }
        return new Answer(204, null, Optional.empty());
    }

    /** The first section that names the file. */
    private Optional<String> users(Path file) {
        return configuration.current().sections().stream()
                .filter(section -> names(section, file.toString()))
                .map(section -> (section.keyword() + " " + section.name()).strip())
                .findFirst();
    }

    private static boolean names(Section section, String file) {
        return section.lines().stream().anyMatch(line -> line.list().stream().anyMatch(word -> word.contains(file)));
    }

    private void write(Path file, byte[] content) {
        try {
            Files.createDirectories(directory, OWNERS_ONLY);
            DurableFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " cannot be written", e);
        }
    }
}
