/** Content libraries, the images in them, and the Kubernetes releases that the images hold. */
@NullMarked
package io.kantoku.vsphere.library;

import org.jspecify.annotations.NullMarked;
