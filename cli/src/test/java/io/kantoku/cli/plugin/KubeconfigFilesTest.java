package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.client.Kubeconfig;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigFilesTest {
    @TempDir
    Path directory;

    private static KubeconfigStack use(KubeconfigStack stack, String context) {
        return stack.change(file -> file.withContext(context, new Kubeconfig.Context("c", "u", "")));
    }

    @Test
    void createsTheFileForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("new/config");

        new KubeconfigFiles(List.of(file)).update(stack -> use(stack, "a"));

        assertThat(Kubeconfig.parse(Files.readString(file)).contexts()).containsExactly("a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(names(file.getParent())).containsExactly("config");
    }

    @Test
    void writesToTheFirstFileThatExists() throws IOException {
        Path first = directory.resolve("first");
        Path second = Files.writeString(directory.resolve("second"), "");
        Path third =
                Files.writeString(directory.resolve("third"), Kubeconfig.empty().write());

        KubeconfigFiles files = new KubeconfigFiles(List.of(first, second, third));
        files.update(stack -> use(stack, "a"));

        assertThat(first).doesNotExist();
        assertThat(Files.readString(second)).contains("name: a");
        assertThat(Files.readString(third)).isEqualTo(Kubeconfig.empty().write());
    }

    @Test
    void createsTheLastFileWhenThereIsNone() {
        new KubeconfigFiles(List.of(directory.resolve("first"), directory.resolve("last")))
                .update(stack -> use(stack, "a"));

        assertThat(names(directory)).containsExactly("last");
    }

    @Test
    void readsTheListOfTheVariable() {
        PluginEnvironment environment = new PluginEnvironment(
                Map.of("KUBECONFIG", directory + "/a::" + directory + "/b"),
                directory,
                new FakeTerminal("", ""),
                new PrintStream(PrintStream.nullOutputStream()),
                new PrintStream(PrintStream.nullOutputStream()),
                InstantSource.system());

        KubeconfigFiles.of(environment).update(stack -> use(stack, "a"));

        assertThat(names(directory)).containsExactly("b");
    }

    @Test
    void followsALinkInsteadOfReplacingIt() throws IOException {
        Path real = Files.writeString(directory.resolve("real"), "");
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);

        new KubeconfigFiles(List.of(link)).update(stack -> use(stack, "a"));

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("name: a");
    }

    @Test
    void leavesADamagedFileAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("config"), "a: [1");
        KubeconfigFiles files = new KubeconfigFiles(List.of(file));

        assertThatThrownBy(() -> files.update(stack -> use(stack, "a")))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining(file + " is damaged");
        assertThat(Files.readString(file)).isEqualTo("a: [1");
        assertThat(names(directory)).containsExactly("config");
    }

    @Test
    void loginsAtTheSameTimeLoseNothing() throws InterruptedException {
        Path file = directory.resolve("config");
        List<Thread> logins = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual()
                        .start(() -> new KubeconfigFiles(List.of(file)).update(stack -> use(stack, "ns" + i))))
                .toList();
        for (Thread login : logins) {
            login.join();
        }

        KubeconfigStack after = new KubeconfigFiles(List.of(file)).update(stack -> stack);
        assertThat(after.contexts()).hasSize(8);
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
