package io.kantoku.vsphere;

/** A listener's connection to the machines; closing it ends the delivery. */
public interface VmSubscription extends AutoCloseable {
    @Override
    void close();
}
