/** What is changed or refused before an object is stored. */
@NullMarked
package io.kantoku.apiserver.admission;

import org.jspecify.annotations.NullMarked;
