package io.kantoku.cli.plugin;

import io.kantoku.client.Kubeconfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The files of a KUBECONFIG variable as kubectl sees them: the first file that has an entry or a current context wins. Changes
 * go to one of them.
 *
 * @param target the index of the file that gets new entries
 */
record KubeconfigStack(List<Layer> layers, int target) {
    /** One file with what is, or is to be, in it. */
    record Layer(Path path, Kubeconfig content) {}

    KubeconfigStack {
        layers = List.copyOf(layers);
    }

    Optional<Kubeconfig.Context> context(String name) {
        return layers.stream()
                .flatMap(layer -> layer.content().context(name).stream())
                .findFirst();
    }

    /** The names of all contexts, sorted. */
    SortedSet<String> contexts() {
        SortedSet<String> names = new TreeSet<>();
        layers.forEach(layer -> names.addAll(layer.content().contexts()));
        return names;
    }

    /** The current context; {@code ""} when none is set. */
    String current() {
        return layers.stream()
                .map(layer -> layer.content().current())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** With a change to the file that gets new entries. */
    KubeconfigStack change(UnaryOperator<Kubeconfig> change) {
        List<Layer> changed = new ArrayList<>(layers);
        Layer layer = layers.get(target);
        changed.set(target, new Layer(layer.path(), change.apply(layer.content())));
        return new KubeconfigStack(changed, target);
    }

    /** With a change to every file. */
    KubeconfigStack changeAll(UnaryOperator<Kubeconfig> change) {
        return new KubeconfigStack(
                layers.stream()
                        .map(layer -> new Layer(layer.path(), change.apply(layer.content())))
                        .toList(),
                target);
    }
}
