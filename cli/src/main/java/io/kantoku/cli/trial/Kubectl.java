package io.kantoku.cli.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The real kubectl with a kubeconfig.
 *
 * @param before words before the command
 * @param always options that every command gets
 */
public record Kubectl(Shell shell, Path kubeconfig, List<String> before, List<String> always) {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    public Kubectl {
        before = List.copyOf(before);
        always = List.copyOf(always);
    }

    public static Kubectl with(Shell shell, Path kubeconfig) {
        return new Kubectl(shell.with("KUBECONFIG", kubeconfig.toString()), kubeconfig, List.of(), List.of());
    }

    /** The same with an environment variable. */
    public Kubectl environment(String name, String value) {
        return new Kubectl(shell.with(name, value), kubeconfig, before, always);
    }

    /** The same with options for every command, for example {@code --context ns1}. */
    public Kubectl options(String... options) {
        List<String> all = new ArrayList<>(always);
        all.addAll(List.of(options));
        return new Kubectl(shell, kubeconfig, before, all);
    }

    /** The same from elsewhere: these words come before {@code kubectl}. */
    public Kubectl from(List<String> words) {
        return new Kubectl(shell, kubeconfig, words, always);
    }

    /** Runs {@code kubectl} with the arguments, separated by blanks. */
    public Outcome run(String arguments) throws InterruptedException {
        return run(List.of(arguments.split(" ", -1)), "");
    }

    public Outcome run(List<String> arguments, String input) throws InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add("kubectl");
        int remote = arguments.indexOf("--"); // what comes after it belongs to the command in the pod
        int end = remote < 0 ? arguments.size() : remote;
        command.addAll(arguments.subList(0, end));
        command.addAll(always);
        command.addAll(arguments.subList(end, arguments.size()));
        return shell.run(command, input, LIMIT);
    }

    public Outcome apply(String yaml) throws InterruptedException {
        return run(List.of("apply", "-f", "-"), yaml);
    }

    /** The object or list that {@code kubectl get … -o json} prints. */
    public JsonNode get(String arguments) throws InterruptedException {
        return run("get " + arguments + " -o json").json();
    }

    @Override
    public String toString() {
        return "Kubectl[" + kubeconfig + "]";
    }
}
