package io.kantoku.kubelet.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small web server that says which pod it is, made of the machine's own busybox (Debian's {@code busybox-static}). */
public final class DemoImage {
    /** What manifests call it. */
    public static final String NAME = "demo:1";

    private static final List<Path> PROGRAMS = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));

    /** Serves for two seconds more when it is asked to end, so that load balancers can let go of it. */
    private static final String SERVER = """
            #!/bin/sh
            www=/tmp/www
            mkdir -p $www 2>/dev/null || www=/www
            [ $www = /www ] || printf 'Hello from %s\\n' "${HOSTNAME:-a container}" >$www/index.html
            httpd -f -p "${PORT:-8080}" -h $www &
            server=$!
            trap 'sleep 2; kill $server' TERM INT
            wait $server
            wait $server
            """;

    private DemoImage() {}

    /**
     * The image.
     *
     * @throws ImageException when the machine has no static busybox
     */
    public static OciImage image() {
        try {
            Path program = PROGRAMS.stream()
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new ImageException(
                            ImageException.Code.NOT_FOUND,
                            "the demo image is made of busybox, which is missing; install the package busybox-static"));
            List<OciImage.File> files = new ArrayList<>();
            files.add(OciImage.File.executable("/bin/busybox", Files.readAllBytes(program)));
            for (String applet : applets(program)) {
                if (!applet.equals("busybox")) {
                    files.add(OciImage.File.link("/bin/" + applet, "busybox"));
                }
            }
            files.add(OciImage.File.executable("/bin/demo", SERVER.getBytes(StandardCharsets.UTF_8)));
            files.add(OciImage.File.plain("/www/index.html", "Hello\n".getBytes(StandardCharsets.UTF_8)));
            files.add(OciImage.File.plain(
                    "/etc/passwd",
                    "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
                            .getBytes(StandardCharsets.UTF_8)));
            files.add(OciImage.File.plain("/tmp/.keep", new byte[0]));
            return new OciImage(NAME, files, List.of("/bin/demo"), List.of("PATH=/bin"), "/", List.of("8080/tcp"), "");
        } catch (IOException e) {
            throw new ImageException(
                    ImageException.Code.STORAGE, "the demo image cannot be made: " + e.getMessage(), e);
        }
    }

    private static List<String> applets(Path program) throws IOException {
        Process list = new ProcessBuilder(program.toString(), "--list").start();
        try (var output = list.inputReader(StandardCharsets.UTF_8)) {
            return output.lines().filter(name -> name.matches("[a-z0-9_\\[-]+")).toList();
        }
    }
}
