package io.kantoku.controllers.scheduling;

/** What would have to change for a pod that fits nowhere: changes of other kinds need not wake it. */
enum Cause {
    /** A node: that it exists, its labels, taints, resources, or that it may be used. */
    NODE,
    /** A pod gives back what it had. */
    POD_GONE,
    /** A pod comes, or changes its labels. */
    POD_COME,
    /** A volume, a claim or a storage class. */
    VOLUME
}
