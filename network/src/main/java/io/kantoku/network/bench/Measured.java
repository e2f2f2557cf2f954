package io.kantoku.network.bench;

/**
 * What one path carried.
 *
 * @param network {@code bridge}, {@code antrea} or {@code calico}
 * @param path for people: {@code other node}
 * @param gigabits per second, one TCP connection
 * @param medianMicros there and back, 64 bytes over TCP
 * @param p99Micros likewise
 */
public record Measured(String network, String path, double gigabits, double medianMicros, double p99Micros) {}
