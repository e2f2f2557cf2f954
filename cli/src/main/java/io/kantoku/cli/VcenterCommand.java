package io.kantoku.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that is a talk with the instance's vCenter API, as the administrator. */
abstract class VcenterCommand implements Callable<Integer> {
    @Mixin
    private StateOption state = new StateOption();

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
            return talk(vcenter, Console.standard());
        }
    }

    /** Does the work; returns the exit code. */
    abstract int talk(VcenterClient vcenter, Console console) throws IOException, InterruptedException;
}
