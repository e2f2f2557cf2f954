package io.kantoku.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Parts of Debian packages that are too large to install, fetched once into {@code target/debian} with apt itself. */
final class DebianPackages {
    private static final Path DIRECTORY = Path.of("target", "debian");

    private DebianPackages() {}

    /**
     * A directory of a package.
     *
     * @param path where the package would install it, without the leading slash
     */
    static Path directory(String name, String path) throws IOException, InterruptedException {
        Path root = DIRECTORY.resolve(name).toAbsolutePath();
        Path wanted = root.resolve(path);
        if (!Files.isDirectory(wanted)) {
            Files.createDirectories(root);
            Programs.output(root, Map.of(), List.of("apt-get", "-q", "download", name));
            Programs.output(
                    root,
                    Map.of(),
                    List.of(
                            "sh",
                            "-c",
                            "dpkg-deb --fsys-tarfile " + name + "_*.deb | tar x ./" + path + " && rm " + name
                                    + "_*.deb"));
        }
        return wanted;
    }
}
