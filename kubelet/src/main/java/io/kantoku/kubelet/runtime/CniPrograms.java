package io.kantoku.kubelet.runtime;

import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The two programs that containerd calls for the network of a pod, and the list that names them. They only pass the call on. */
final class CniPrograms {
    /** The version of CNI that is spoken. */
    static final String VERSION = "1.0.0";

    private CniPrograms() {}

    static void install(RuntimeLayout layout) throws IOException {
        Files.createDirectories(layout.cniPrograms());
        Files.createDirectories(layout.cniConfiguration());
        executable(layout.cniPrograms().resolve("kantoku"), forward(layout.cniSocket()));
        executable(layout.cniPrograms().resolve("loopback"), loopback());
        var list = Json.object().put("cniVersion", VERSION).put("name", "kantoku");
        list.putArray("plugins").addObject().put("type", "kantoku");
        Files.write(layout.cniConfiguration().resolve("10-kantoku.conflist"), Json.bytes(list));
    }

    /** Sends the call's variables and its input to Java, and prints the answer; one with a code is a failure. */
    static String forward(Path socket) {
        return """
                #!/bin/sh
                answer=$({ env | grep '^CNI_'; echo; cat; } | socat -t 120 - 'UNIX-CONNECT:%s') || answer=
                [ -n "$answer" ] || answer='{"cniVersion":"%s","code":11,"msg":"the node agent does not answer; it may be starting"}'
                printf '%%s\\n' "$answer"
                case $answer in *'"code":'*) exit 1 ;; esac
                """.formatted(socket, VERSION);
    }

    static String loopback() {
        return """
                #!/bin/sh
                case $CNI_COMMAND in
                  VERSION) echo '{"cniVersion":"%1$s","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0"]}' ;;
                  ADD) nsenter --net="$CNI_NETNS" ip link set lo up && echo '{"cniVersion":"%1$s"}' ;;
                esac
                """.formatted(VERSION);
    }

    private static void executable(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
