package io.kantoku.kubelet.runtime;

import io.kantoku.kubelet.NodeException;
import io.kantoku.lab.ContainerRemains;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.FileTrees;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import java.io.IOException;

/** Ends everything of a node's runtime that is not on its disk. */
final class RuntimeRemains {
    private RuntimeRemains() {}

    static void remove(RuntimeLayout layout, Ledger ledger) {
        ControlGroups.remove(layout.controlGroup());
        new ContainerRemains(layout.directory()).remove();
        try {
            FileTrees.remove(layout.state());
            FileTrees.remove(layout.run());
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "what is left of the container runtime cannot be removed: " + e.getMessage(),
                    e);
        }
        ledger.forget(new LedgerEntry.ControlGroup(layout.controlGroup()));
        ledger.forget(new LedgerEntry.Containerd(layout.directory().toString()));
        ledger.forget(new LedgerEntry.Directory(layout.run().toString()));
    }
}
