package io.kantoku.vsphere;

import java.time.Instant;

/**
 * A line that a machine showed on its console.
 *
 * @param number counts a machine's lines from 1 on, over its restarts
 */
public record ConsoleLine(long number, Instant time, String text) {}
