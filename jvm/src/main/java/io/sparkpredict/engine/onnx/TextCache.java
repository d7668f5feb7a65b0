// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.types.UTF8String;

/** Java's texts of Spark's. A column mostly has the same few, of which each is made once. */
final class TextCache {
  private static final int SLOTS = 1 << 10;
  private static final int LONGEST = 64; // bytes of a text that is kept
  private static final char REPLACED = '\uFFFD'; // stands in for what is no UTF-8

  private final UTF8String[] keys = new UTF8String[SLOTS];
  private final String[] texts = new String[SLOTS];

  /** The text; null where it is no UTF-8. */
  String text(UTF8String value) {
    if (value.numBytes() > LONGEST) {
      return made(value.getBytes());
    }
    int slot = value.hashCode() & (SLOTS - 1);
    if (!isSame(keys[slot], value)) {
      byte[] bytes = value.getBytes();
      keys[slot] = UTF8String.fromBytes(bytes.clone()); // the value's may be written over
      texts[slot] = made(bytes);
    }
    return texts[slot];
  }

  /** By their bytes: how texts of other collations compare is no matter here. */
  private static boolean isSame(UTF8String key, UTF8String value) {
    return key != null
        && key.numBytes() == value.numBytes()
        && ByteArrayMethods.arrayEquals(
            key.getBaseObject(),
            key.getBaseOffset(),
            value.getBaseObject(),
            value.getBaseOffset(),
            value.numBytes());
  }

  private static String made(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf(REPLACED) < 0 || isValid(bytes) ? text : null;
  }

  private static boolean isValid(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException broken) {
      return false;
    }
  }
}
