package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kantoku.vsphere.VsphereException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileInventoryStorageTest {
    @TempDir
    Path directory;

    private static JsonNode document(int value) {
        return JsonNodeFactory.instance.objectNode().put("value", value);
    }

    @Test
    void keepsReplacesListsAndForgets() {
        FileInventoryStorage storage = FileInventoryStorage.open(directory.resolve("state"));
        assertThat(storage.list("vm/")).isEmpty();
        storage.put("vm/vm-2", document(2));
        storage.put("vm/vm-1", document(0));
        storage.put("vm/vm-1", document(1));
        storage.put("sequence", document(9));
        FileInventoryStorage again = FileInventoryStorage.open(directory.resolve("state"));
        assertThat(again.list("vm/")).containsOnlyKeys("vm/vm-1", "vm/vm-2").containsEntry("vm/vm-1", document(1));
        assertThat(again.get("sequence")).contains(document(9));
        again.delete("vm/vm-1");
        again.delete("vm/vm-1");
        assertThat(again.get("vm/vm-1")).isEmpty();
        assertThat(again.list("vm/")).containsOnlyKeys("vm/vm-2");
    }

    @Test
    void onlyTheOwnerCanReadDocuments() throws Exception {
        Path root = directory.resolve("state");
        FileInventoryStorage.open(root).put("vm/vm-1", document(1));
        for (Path path : List.of(root, root.resolve("vm"), root.resolve("vm/vm-1.json"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .endsWith("------");
        }
    }

    @Test
    void forgetsWhatACrashLeftHalfWritten() throws Exception {
        FileInventoryStorage.open(directory).put("vm/vm-1", document(1));
        Path half = directory.resolve("vm/vm-1.json.7.tmp");
        Files.writeString(half, "{\"val");
        FileInventoryStorage again = FileInventoryStorage.open(directory);
        assertThat(half).doesNotExist();
        assertThat(again.get("vm/vm-1")).contains(document(1));
    }

    @Test
    void keysDoNotLeaveTheDirectory() {
        FileInventoryStorage storage = FileInventoryStorage.open(directory);
        for (String key : List.of("", "../x", "a/../b", "/a", "a/", "A", "a.b", "a//b")) {
            Fixture.assertFails(Code.INVALID_ARGUMENT, "is not a storage key", () -> storage.put(key, document(1)));
        }
    }

    @Test
    void takesWritesFromManyThreads() {
        FileInventoryStorage storage = FileInventoryStorage.open(directory);
        IntStream.range(0, 200).parallel().forEach(i -> storage.put("vm/vm-" + i % 50, document(i % 50)));
        assertThat(storage.list("vm/")).hasSize(50);
    }
}
