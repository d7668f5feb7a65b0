// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts that a program knows, each with its place: 0 is null, 1 any text that it does not know.
 * Looked up by UTF-8 bytes, without making a text of them. Of some texts only {@link CityHash} may
 * be known: theirs are the places behind all others.
 */
public final class Dictionary {
  /** The place of null. */
  public static final int NULL = 0;

  /** The place of every text that is not in the dictionary. */
  public static final int OTHER = 1;

  private static final int FIRST = 2;

  private final Map<String, Integer> places = new HashMap<>();
  private final byte[][] texts;
  private final int[] table; // open addressing: places by hash, 0 for none
  private final int mask;
  private final int[] hashes;

  /**
   * @param known all different, without null
   * @param hashes of texts that are known by these alone
   */
  public Dictionary(List<String> known, int[] hashes) {
    this.hashes = Arrays.stream(hashes).distinct().sorted().toArray();
    int size = 8;
    while (size < 3 * known.size()) {
      size <<= 1;
    }
    mask = size - 1;
    table = new int[size];
    texts = new byte[known.size() + FIRST][];
    for (String text : known) {
      int place = places.size() + FIRST;
      places.put(text, place);
      texts[place] = text.getBytes(StandardCharsets.UTF_8);
      int at = hash(texts[place], 0, texts[place].length) & mask;
      while (table[at] != 0) {
        at = at + 1 & mask;
      }
      table[at] = place;
    }
  }

  /** How many places there are, those of null and of other texts included. */
  public int size() {
    return texts.length + hashes.length;
  }

  /** The place of a text, or null. */
  public int place(String text) {
    if (text == null) {
      return NULL;
    }
    Integer found = places.get(text);
    if (found != null) {
      return found;
    }
    byte[] bytes = hashes.length == 0 ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    return placeByHash(bytes, 0, bytes.length);
  }

  /** The place of the texts that have a hash. */
  public int placeOfHash(int hash) {
    int found = Arrays.binarySearch(hashes, hash);
    return found < 0 ? OTHER : texts.length + found;
  }

  /** The place of a text by its UTF-8 bytes, {@code length} of them from {@code start}. */
  public int place(byte[] bytes, int start, int length) {
    int at = hash(bytes, start, length) & mask;
    while (table[at] != 0) {
      if (equal(texts[table[at]], bytes, start, length)) {
        return table[at];
      }
      at = at + 1 & mask;
    }
    return placeByHash(bytes, start, length);
  }

  private int placeByHash(byte[] bytes, int start, int length) {
    return hashes.length == 0 ? OTHER : placeOfHash(CityHash.half(bytes, start, length));
  }

  private static boolean equal(byte[] text, byte[] bytes, int start, int length) {
    if (text.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[i] != bytes[start + i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] bytes, int start, int length) {
    int hash = length;
    for (int i = start; i < start + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}
