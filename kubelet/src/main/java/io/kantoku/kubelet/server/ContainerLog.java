package io.kantoku.kubelet.server;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * The log of one run of a container.
 *
 * @param file in CRI's format; when it is rotated a new file takes its name
 * @param growing whether the container may still write; a log that is followed ends when it may not
 */
public record ContainerLog(Path file, BooleanSupplier growing) {}
