package io.kantoku.vsphere;

import java.util.UUID;

/**
 * The vCenter itself.
 *
 * @param hostName its name in the network
 * @param instanceUuid the identity of the installation
 * @param product what answers, in words
 * @param apiVersion the vSphere API level, for example {@code 7.0.1.0}
 */
public record About(String hostName, UUID instanceUuid, String product, String apiVersion) {}
