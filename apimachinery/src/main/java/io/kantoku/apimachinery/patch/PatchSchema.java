package io.kantoku.apimachinery.patch;

/**
 * What a strategic merge patch must know of a type: for each field how lists and objects are merged, and the type of what is in them.
 */
public interface PatchSchema {
    /** Knows nothing: objects are merged, lists replaced, at every depth. */
    PatchSchema UNKNOWN = name -> Field.plain(PatchSchema.UNKNOWN);

    /** How the field {@code name} is merged; an unknown field is merged plainly. */
    Field field(String name);

    /**
     * How one field is merged.
     *
     * @param mergeLists whether a list is merged with the one in the document rather than replacing it ({@code patchStrategy: merge})
     * @param mergeKey the member by which items of a list of objects are told apart, {@code ""} for lists of scalars
     * @param replaceObject whether an object replaces the one in the document ({@code patchStrategy: replace})
     * @param nested the type of the field, or of the items when it is a list
     */
    record Field(boolean mergeLists, String mergeKey, boolean replaceObject, PatchSchema nested) {
        public static Field plain(PatchSchema nested) {
            return new Field(false, "", false, nested);
        }
    }
}
