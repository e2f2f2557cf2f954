package io.kantoku.loadbalancer.dataplane;

/** On what a write is based, as its query says. */
sealed interface WriteMode {
    /**
     * A change of its own, based on a version.
     *
     * @param version the version that the client saw; -1 for any (raw with {@code skip_version})
     * @param force reload at once and answer when that is done
     */
    record Direct(long version, boolean force) implements WriteMode {}

    /** A step of a transaction. */
    record InTransaction(String id) implements WriteMode {}
}
