package io.kantoku.cli.plugin;

import io.kantoku.supervisor.login.PluginDownload;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plugin as a zip archive that needs nothing but Java: {@code bin/kubectl-vsphere} and the jars that it uses, taken from the
 * class path of the running server. The archive is the same for all Unix systems. Thread-safe; an archive is built when it is
 * first asked for, and again when the memory was needed for something else.
 */
public final class PluginArchive implements PluginDownload {
    /*
     * The launcher must be executable when it is unpacked. java.util.zip cannot write Unix modes, the JDK's zip file system can,
     * but only into a file: hence the temporary file.
     */
    private static final Set<String> SYSTEMS = Set.of("linux-amd64", "darwin-amd64");
    private static final String LAUNCHER = "kubectl-vsphere";
    private static final String EXECUTABLE = "rwxr-xr-x";
    private static final String READABLE = "rw-r--r--";

    /** A class of each jar that the plugin needs. They are not loaded for their own sake, so their libraries need not be ours. */
    private static final List<String> ANCHORS = List.of(
            "io.kantoku.cli.plugin.KubectlVsphere",
            "io.kantoku.client.Kubeconfig",
            "io.kantoku.transport.HttpClient",
            "io.kantoku.lab.NetworkStack",
            "io.kantoku.apimachinery.Yaml",
            "picocli.CommandLine",
            "org.slf4j.LoggerFactory",
            "org.eclipse.jetty.client.HttpClient",
            "org.eclipse.jetty.http.HttpFields",
            "org.eclipse.jetty.io.ClientConnector",
            "org.eclipse.jetty.util.thread.QueuedThreadPool",
            "org.eclipse.jetty.alpn.client.ALPNClientConnection",
            "org.eclipse.jetty.compression.Compression",
            "org.eclipse.jetty.compression.gzip.GzipCompression",
            "com.fasterxml.jackson.core.JsonFactory",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "org.snakeyaml.engine.v2.api.LoadSettings",
            "org.bouncycastle.asn1.x509.KeyPurposeId");

    private SoftReference<byte[]> kept = new SoftReference<>(null);

    @Override
    public Optional<byte[]> archive(String system) throws IOException {
        return SYSTEMS.contains(system) ? Optional.of(archive()) : Optional.empty();
    }

    private synchronized byte[] archive() throws IOException {
        byte @Nullable [] archive = kept.get();
        if (archive == null) {
            archive = build();
            kept = new SoftReference<>(archive);
        }
        return archive;
    }

    private static byte[] build() throws IOException {
        Path directory = Files.createTempDirectory("kantoku-plugin");
        Path file = directory.resolve("vsphere-plugin.zip");
        try {
            Map<String, String> options = Map.of("create", "true", "enablePosixFileAttributes", "true");
            try (FileSystem zip = FileSystems.newFileSystem(file, options)) {
                Path bin = Files.createDirectory(zip.getPath("/bin"));
                add(bin.resolve(LAUNCHER), launcher(), EXECUTABLE);
                Path lib = Files.createDirectory(zip.getPath("/lib"));
                for (Path library : libraries()) {
                    addLibrary(lib, library);
                }
            }
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    private static void add(Path entry, byte[] content, String mode) throws IOException {
        Files.write(entry, content);
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString(mode));
    }

    private static void addLibrary(Path lib, Path library) throws IOException {
        if (Files.isDirectory(library)) { // compiled classes of a module that is not packaged
            Path entry = lib.resolve(library.toAbsolutePath()
                            .toString()
                            .replaceAll("[^A-Za-z0-9]+", "-")
                            .substring(1) + ".jar");
            try (OutputStream content = Files.newOutputStream(entry)) {
                pack(library, content);
            }
            Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString(READABLE));
            return;
        }
        Path entry = lib.resolve(String.valueOf(library.getFileName()));
        Files.copy(library, entry);
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString(READABLE));
        Files.setLastModifiedTime(
                entry, FileTime.from(Files.getLastModifiedTime(library).toInstant()));
    }

    private static void pack(Path classes, OutputStream content) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(content);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    private static byte[] launcher() throws IOException {
        try (InputStream script = PluginArchive.class.getResourceAsStream(LAUNCHER + ".sh")) {
            if (script == null) {
                throw new FileNotFoundException("the plugin's launcher is missing in the class path");
            }
            return script.readAllBytes();
        }
    }

    /** Where the anchors come from: jars, or directories of classes. */
    static Set<Path> libraries() {
        Set<Path> libraries = new LinkedHashSet<>();
        for (String anchor : ANCHORS) {
            try {
                Class<?> type = Class.forName(anchor, false, PluginArchive.class.getClassLoader());
                @Nullable CodeSource source = type.getProtectionDomain().getCodeSource();
                if (source == null) {
                    throw new IllegalStateException(anchor + " does not come from the class path");
                }
                libraries.add(Path.of(source.getLocation().toURI()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("the plugin needs " + anchor + ", which is not in the class path", e);
            } catch (URISyntaxException e) {
                throw new UncheckedIOException(new IOException(anchor + " comes from nowhere in the file system", e));
            }
        }
        return libraries;
    }
}
