package io.kantoku.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.kubelet.image.DemoImage;
import io.kantoku.kubelet.image.ImageException;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.kubelet.image.PauseImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kantoku image}: the container images that the instance has for its nodes. Works with and without a running server. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Container images for nodes: they stand in for a registry.",
        subcommands = {
            ImageCommand.Import.class,
            ImageCommand.Ls.class,
            ImageCommand.Remove.class,
            ImageCommand.Demo.class
        })
final class ImageCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: import, ls, remove or demo");
    }

    private static int with(StateDirectory directory, Consumer<ImageStore> action) {
        if (!Files.isDirectory(directory.path())) {
            throw CliException.failed("there is no instance in " + directory.path() + "; start one with: kantoku up");
        }
        try {
            action.accept(ImageStore.open(directory.images()));
            return 0;
        } catch (ImageException e) {
            throw CliException.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Takes an archive in. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Imports an archive (OCI layout or docker save, also gzipped) for all nodes, later ones too.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "The name of an image that the archive does not name.")
        private String name = "";

        @Parameters(paramLabel = "FILE", description = "The archive.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            return with(
                    state.directory(), store -> store.importArchive(file, name).forEach(Console.standard()::result));
        }
    }

    /** Lists images. */
    @Command(name = "ls", aliases = "list", mixinStandardHelpOptions = true, description = "Lists images.")
    static final class Ls implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() {
            return with(state.directory(), store -> {
                ArrayNode images = Json.mapper().createArrayNode();
                store.list().stream()
                        .filter(image -> !image.name().equals(PauseImage.NAME))
                        .forEach(image ->
                                images.addObject().put("name", image.name()).put("bytes", image.bytes()));
                output.list(
                        Console.standard(),
                        images,
                        OutputOption.Column.of("NAME", "name"),
                        OutputOption.Column.of("BYTES", "bytes"));
            });
        }
    }

    /** Removes an image. */
    @Command(
            name = "remove",
            aliases = "rm",
            mixinStandardHelpOptions = true,
            description = "Removes an image from the instance; nodes that have it keep it.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Parameters(paramLabel = "NAME", description = "The image's name.")
        private String name = "";

        @Override
        public Integer call() {
            return with(state.directory(), store -> store.remove(name));
        }
    }

    /** Makes the demo image. */
    @Command(
            name = "demo",
            mixinStandardHelpOptions = true,
            description =
                    "Makes the image " + DemoImage.NAME + ": a web server on port 8080 that says which pod it is.")
    static final class Demo implements Callable<Integer> {
        @Mixin
        private StateOption state = new StateOption();

        @Override
        public Integer call() {
            return with(state.directory(), store -> {
                store.put(DemoImage.image());
                Console.standard().result(DemoImage.NAME);
            });
        }
    }
}
