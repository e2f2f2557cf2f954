package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PoolableBackend.Shape;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What HAProxy was given by an earlier life, as it was left on the disk. */
record EngineFile(HaproxyConfig config, String portsMap, String backendsMap, Slots slots) {
    static EngineFile read(ApplianceFiles files) throws IOException {
        HaproxyConfig config = HaproxyConfig.parse(text(files.engine()));
        String backends = text(files.backendsMap());
        Map<Shape, Integer> sizes = new LinkedHashMap<>();
        for (Section section : config.sections("backend")) {
            Optional<PoolableBackend> slot =
                    Slots.isSlot(section.name()) ? PoolableBackend.of(section, true) : Optional.empty();
            slot.ifPresent(backend -> sizes.merge(backend.shape(), 1, Integer::sum));
        }
        Map<String, String> taken = new HashMap<>();
        for (String line : backends.lines().toList()) {
            String[] pair = line.split(" ", 2);
            if (pair.length == 2 && Slots.isSlot(pair[1])) {
                taken.put(pair[0], pair[1]);
            }
        }
        return new EngineFile(config, text(files.portsMap()), backends, new Slots(sizes, taken));
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    boolean holds(EngineText text) {
        return HaproxyConfig.parse(text.config()).sameContent(config)
                && text.portsMap().equals(portsMap)
                && text.backendsMap().equals(backendsMap);
    }
}
