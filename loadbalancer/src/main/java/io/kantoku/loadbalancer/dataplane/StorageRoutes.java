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
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The routes of the map files that the appliance keeps, for HAProxy to read when it starts or is reloaded ({@code /storage/maps} of
 * version 2.2 and later). A file that the configuration names cannot be deleted: HAProxy would not start without it.
 */
final class StorageRoutes {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}\\.map");
    private static final String MAPS = "/services/haproxy/storage/maps";

    private final Configuration configuration;
    private final Path directory;

    private StorageRoutes(Configuration configuration) {
        this.configuration = configuration;
        this.directory = directory(configuration);
    }

    /** Where the map files of a configuration are. */
    static Path directory(Configuration configuration) {
        return configuration.directory().resolve("maps");
    }

    static List<Route> of(Configuration configuration) {
        StorageRoutes r = new StorageRoutes(configuration);
        return List.of(
                new Route("GET", MAPS, "The map files", call -> Answer.ok(r.list())),
                new Route("POST", MAPS, "Add a map file", r::post),
                new Route("GET", MAPS + "/{name}", "The text of a map file", call -> Answer.ok(r.text(r.file(call)))),
                new Route("PUT", MAPS + "/{name}", "Replace the text of a map file", r::put),
                new Route("DELETE", MAPS + "/{name}", "Delete a map file", r::delete));
    }

    private List<ObjectNode> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> NAME.matcher(name(file)).matches())
                    .sorted()
                    .map(StorageRoutes::describe)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the map files cannot be listed", e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static ObjectNode describe(Path file) {
        try {
            return ApiJson.object()
                    .put("description", "managed map file")
                    .put("file", file.toString())
                    .put("size", Files.size(file))
                    .put("storage_name", name(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the map file " + file + " cannot be read", e);
        }
    }

    /** The file of that name, which exists. */
    private Path file(Call call) {
        String name = call.path("name");
        Path file = directory.resolve(NAME.matcher(name).matches() ? name : "none");
        if (!Files.isRegularFile(file)) {
            throw DataPlaneException.notFound("map file " + name);
        }
        return file;
    }

    private Answer.Download text(Path file) {
        try {
            return new Answer.Download(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the map file " + file + " cannot be read", e);
        }
    }

    private Answer post(Call call) {
        Upload upload = Upload.of(
                call.exchange().header("Content-Type").orElse(""), call.body("multipart/form-data"), "file_upload");
        if (!NAME.matcher(upload.name()).matches()) {
            throw DataPlaneException.badRequest(
                    "the name of a map file is letters, digits, '_', '-' and '.' and ends with" + " .map, not \""
                            + upload.name() + "\"");
        }
        Path file = directory.resolve(upload.name());
        if (Files.exists(file)) {
            throw DataPlaneException.exists("map file " + upload.name());
        }
        write(file, upload.content());
        return new Answer(201, describe(file), Optional.empty());
    }

    private Answer put(Call call) {
        write(file(call), call.body(Call.TEXT));
        if (call.flag("skip_reload")) {
            return new Answer(204, null, Optional.empty());
        }
        return Answer.written(configuration.reloaded(call.flag("force_reload")), 204, null);
    }

    private Answer delete(Call call) {
        Path file = file(call);
        users(file).ifPresent(section -> {
            throw new DataPlaneException(
                    Code.CONFLICT,
                    "the map file " + name(file) + " is used by " + section + "; HAProxy does not start without it");
        });
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the map file " + file + " cannot be deleted", e);
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
            Files.createDirectories(directory);
            DurableFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("the map file " + file + " cannot be written", e);
        }
    }
}
