/** Custom resources: definitions become resource types while the server runs. */
@NullMarked
package io.kantoku.apiserver.crd;

import org.jspecify.annotations.NullMarked;
