package io.kantoku.kubelet.cri;

import java.time.Instant;

/** What a container uses: processor time since its start, and memory that cannot be taken back under pressure. */
public record Use(String container, Instant time, long cpuNanos, long memoryBytes) {
    static Use of(ProtoMessage stats) {
        ProtoMessage cpu = stats.message(2);
        return new Use(
                stats.message(1).text(1),
                Container.time(cpu.number(1)),
                cpu.message(2).number(1),
                stats.message(3).message(2).number(1));
    }
}
