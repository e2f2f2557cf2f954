package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.tkg.objects.Kinds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleTest {
    @TempDir
    Path disks;

    /** What a cluster costs must not grow with the clusters that are there already: its writes are counted. */
    @Test
    void makesTheLastClusterWithTheEffortOfTheFirst() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            long first = 0;
            long total = 0;
            for (int i = 0; i < 40; i++) {
                long before = world.clusters.writes().size();
                world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc" + i, 1, 1));
                ClusterLifeTest.ready(world, "tkc" + i);
                total = world.clusters.writes().size() - before;
                first = i == 0 ? total : first;
            }
            assertThat(total).isLessThan(first * 2);
        }
    }
}
