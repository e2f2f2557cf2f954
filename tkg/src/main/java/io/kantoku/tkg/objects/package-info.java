/** The kinds, names and labels of guest clusters' objects, and the memory that all operators read them from. */
@NullMarked
package io.kantoku.tkg.objects;

import org.jspecify.annotations.NullMarked;
