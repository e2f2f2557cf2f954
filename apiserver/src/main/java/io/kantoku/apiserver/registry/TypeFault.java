package io.kantoku.apiserver.registry;

/**
 * A value that has another type than its field, in the words of the two ways in which upstream reads objects.
 *
 * @param decoded as the decoder of JSON says it
 * @param converted as the converter of trees says it, through which a strategic merge patch goes
 */
public record TypeFault(String decoded, String converted) {}
