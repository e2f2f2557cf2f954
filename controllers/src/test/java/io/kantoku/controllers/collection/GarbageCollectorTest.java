package io.kantoku.controllers.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.DeleteOptions.Propagation;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private KubeObject map(String name, KubeObject... owners) {
        KubeObject map = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "default", name);
        for (KubeObject owner : owners) {
            map.metadata()
                    .withArrayProperty("ownerReferences")
                    .addObject()
                    .put("apiVersion", owner.apiVersion())
                    .put("kind", owner.kind())
                    .put("name", owner.name())
                    .put("uid", owner.uid())
                    .put("blockOwnerDeletion", true);
        }
        KubeObject created = world.client.create(Resources.CONFIG_MAPS, map);
        world.settle();
        return created;
    }

    private void delete(KubeObject object, Propagation propagation) {
        world.client.delete(Resources.CONFIG_MAPS, object.namespacedName(), new DeleteOptions(propagation, "", -1));
        world.settle();
    }

    private boolean exists(KubeObject object) {
        return world.client.find(Resources.CONFIG_MAPS, object.namespacedName()).isPresent();
    }

    @Test
    void deletesDependentsOfADeletedOwnerDownToTheLeaves() {
        KubeObject root = map("root");
        KubeObject middle = map("middle", root);
        KubeObject leaf = map("leaf", middle);
        KubeObject other = map("other");
        delete(root, Propagation.BACKGROUND);
        assertThat(exists(middle)).isFalse();
        assertThat(exists(leaf)).isFalse();
        assertThat(exists(other)).isTrue();
    }

    @Test
    void deletesAnObjectWhoseOwnerNeverExisted() {
        KubeObject ghost = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "default", "ghost");
        ghost.metadata().put("uid", "no-such-uid");
        KubeObject orphan = map("orphan", ghost);
        assertThat(exists(orphan)).isFalse();
    }

    @Test
    void deletesWhenOnlyTheNameOfTheOwnerIsTaken() {
        KubeObject first = map("owner");
        KubeObject dependent = map("dependent", first);
        delete(first, Propagation.ORPHAN);
        assertThat(exists(dependent)).isTrue();
        KubeObject second = map("owner");
        KubeObject stale = map("stale", first);
        assertThat(second.uid()).isNotEqualTo(first.uid());
        assertThat(exists(stale)).isFalse();
    }

    @Test
    void keepsWhatStillHasAnOwnerAndDropsTheOtherReference() {
        KubeObject one = map("one");
        KubeObject two = map("two");
        KubeObject shared = map("shared", one, two);
        delete(one, Propagation.BACKGROUND);
        assertThat(world.client
                        .get(Resources.CONFIG_MAPS, shared.namespacedName())
                        .ownerReferences())
                .extracting(owner -> owner.name())
                .containsExactly("two");
        delete(two, Propagation.BACKGROUND);
        assertThat(exists(shared)).isFalse();
    }

    @Test
    void holdsTheOwnerBackInAForegroundDeletion() {
        KubeObject root = map("root");
        KubeObject middle = map("middle", root);
        KubeObject held = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "default", "held");
        held.metadata().putArray("finalizers").add("example.org/hold");
        held.ownedBy(middle);
        held = world.client.create(Resources.CONFIG_MAPS, held);
        world.settle();
        delete(root, Propagation.FOREGROUND);
        assertThat(exists(root)).as("waits for its dependents").isTrue();
        assertThat(exists(middle)).as("waits for its own in turn").isTrue();
        KubeObject leaf = world.client.get(Resources.CONFIG_MAPS, held.namespacedName());
        assertThat(leaf.deleting()).isTrue();
        leaf.metadata().remove("finalizers");
        world.client.update(Resources.CONFIG_MAPS, leaf);
        world.advance(Duration.ofSeconds(2));
        assertThat(exists(middle)).isFalse();
        assertThat(exists(root)).isFalse();
    }

    @Test
    void letsDependentsStayWhenOrphaned() {
        KubeObject root = map("root");
        KubeObject child = map("child", root);
        delete(root, Propagation.ORPHAN);
        assertThat(exists(root)).isFalse();
        assertThat(world.client
                        .get(Resources.CONFIG_MAPS, child.namespacedName())
                        .ownerReferences())
                .isEmpty();
    }

    @Test
    void readsNothingForObjectsWhoseOwnersAreKnown() {
        KubeObject root = map("root");
        map("child", root);
        world.clusters.forgetWrites();
        world.advance(Duration.ofMinutes(10));
        assertThat(world.clusters.writes()).isEmpty();
        assertThat(world.failing()).isEmpty();
    }

    @Test
    void leavesObjectsAloneWhoseOwnersKindIsNotServed() {
        KubeObject unknown = KubeObject.create(new GroupVersionKind("example.org", "v1", "Widget"), "default", "w");
        unknown.metadata().put("uid", "w-uid");
        assertThat(exists(map("dependent", unknown))).isTrue();
    }

    @Test
    void saysThatAnOwnerIsInAnotherNamespaceAndCountsItAsAbsent() {
        world.namespace("other");
        KubeObject owner = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "other", "owner");
        KubeObject stored = world.client.create(Resources.CONFIG_MAPS, owner);
        KubeObject sibling = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "other", "sibling");
        sibling.ownedBy(stored);
        world.client.create(Resources.CONFIG_MAPS, sibling);
        world.settle();
        // Another object shows the graph that the owner exists; the garbage collector looks at the one that is wrong.
        KubeObject lost = map("lost", stored);
        assertThat(exists(lost)).isFalse();
        assertThat(world.events("lost"))
                .contains("OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: "
                        + stored.uid() + "] does not exist in namespace \"default\"");
        assertThat(world.client.find(Resources.CONFIG_MAPS, sibling.namespacedName()))
                .isPresent();
    }

    @Test
    void leavesAClusterScopedObjectAloneThatNamesANamespacedOwner() {
        KubeObject owner = map("owner");
        KubeObject role =
                KubeObject.create(new GroupVersionKind("rbac.authorization.k8s.io", "v1", "ClusterRole"), "", "reader");
        role.ownedBy(owner);
        world.client.create(Resources.CLUSTER_ROLES, role);
        world.settle();
        delete(owner, Propagation.BACKGROUND);
        assertThat(world.client.find(Resources.CLUSTER_ROLES, role.namespacedName()))
                .isPresent();
    }

    @Test
    void deletesAnObjectWhoseOwnerHasBeenMadeAnew() {
        KubeObject owner = map("owner");
        KubeObject dependent = map("dependent", owner);
        delete(owner, Propagation.ORPHAN);
        assertThat(exists(dependent)).isTrue();
        KubeObject again = map("owner");
        assertThat(again.uid()).isNotEqualTo(owner.uid());
        KubeObject stale = map("stale", owner);
        assertThat(exists(stale)).as("its uid is gone, whatever has its name").isFalse();
    }
}
