package io.kantoku.apiserver.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that serves all logical clusters, under the names of the Prometheus clients of Go ({@code process_*}) and Java ({@code jvm_*}). */
final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE = 4096;

    private ProcessMetrics() {}

    static void write(Exposition out) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            one(out, "process_cpu_seconds_total", "counter", "CPU time spent.", system.getProcessCpuTime() / 1e9);
            one(out, "process_open_fds", "gauge", "Open file descriptors.", (double)
                    system.getOpenFileDescriptorCount());
            one(out, "process_max_fds", "gauge", "File descriptors at most.", (double)
                    system.getMaxFileDescriptorCount());
        }
        memory(out);
        one(
                out,
                "process_start_time_seconds",
                "gauge",
                "Start of the process, since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        heap(out);
        one(
                out,
                "jvm_threads_current",
                "gauge",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        collectors(out);
        out.family("jvm_buffer_pool_used_bytes", "gauge", "Memory in buffers outside of the heap.");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            out.sample("jvm_buffer_pool_used_bytes", pool.getMemoryUsed(), "pool", pool.getName());
        }
    }

    /** Where there is no {@code /proc} nothing is said. */
    private static void memory(Exposition out) {
        try {
            String[] pages = Files.readString(STATM).split(" ", -1);
            one(out, "process_virtual_memory_bytes", "gauge", "Virtual memory.", (double)
                    (Long.parseLong(pages[0]) * PAGE));
            one(out, "process_resident_memory_bytes", "gauge", "Resident memory.", (double)
                    (Long.parseLong(pages[1]) * PAGE));
        } catch (IOException e) {
            return;
        }
    }

    private static void heap(Exposition out) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        MemoryUsage other = memory.getNonHeapMemoryUsage();
        out.family("jvm_memory_used_bytes", "gauge", "Memory in use.")
                .sample("jvm_memory_used_bytes", heap.getUsed(), "area", "heap")
                .sample("jvm_memory_used_bytes", other.getUsed(), "area", "nonheap");
        out.family("jvm_memory_committed_bytes", "gauge", "Memory that the system has given.")
                .sample("jvm_memory_committed_bytes", heap.getCommitted(), "area", "heap")
                .sample("jvm_memory_committed_bytes", other.getCommitted(), "area", "nonheap");
        out.family("jvm_memory_max_bytes", "gauge", "Memory at most, -1 for no limit.")
                .sample("jvm_memory_max_bytes", heap.getMax(), "area", "heap")
                .sample("jvm_memory_max_bytes", other.getMax(), "area", "nonheap");
    }

    private static void collectors(Exposition out) {
        out.family("jvm_gc_collection_seconds", "summary", "Time spent in garbage collection.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.sample("jvm_gc_collection_seconds_sum", collector.getCollectionTime() / 1e3, "gc", collector.getName());
            out.sample("jvm_gc_collection_seconds_count", collector.getCollectionCount(), "gc", collector.getName());
        }
    }

    private static void one(Exposition out, String name, String type, String help, double value) {
        out.family(name, type, help).sample(name, value);
    }
}
