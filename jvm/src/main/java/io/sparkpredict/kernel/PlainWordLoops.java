// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Word by word, for every JVM. Written out, because the compiler's own loops over eight were slower. */
final class PlainWordLoops extends WordLoops {
  @Override
  void divide(
      int[] source, int[] vector, int from, int end, long[] bits, long[] reached) {
    int left = WORDS;
    for (int test = from; test < end; test++, left += 2 * WORDS) {
      int at = source[test];
      int by = vector[test];
      int right = left + WORDS;
      long r0 = reached[at];
      long l0 = r0 & bits[by];
      reached[left] = l0;
      reached[right] = r0 ^ l0;
      long r1 = reached[at + 1];
      long l1 = r1 & bits[by + 1];
      reached[left + 1] = l1;
      reached[right + 1] = r1 ^ l1;
      long r2 = reached[at + 2];
      long l2 = r2 & bits[by + 2];
      reached[left + 2] = l2;
      reached[right + 2] = r2 ^ l2;
      long r3 = reached[at + 3];
      long l3 = r3 & bits[by + 3];
      reached[left + 3] = l3;
      reached[right + 3] = r3 ^ l3;
      long r4 = reached[at + 4];
      long l4 = r4 & bits[by + 4];
      reached[left + 4] = l4;
      reached[right + 4] = r4 ^ l4;
      long r5 = reached[at + 5];
      long l5 = r5 & bits[by + 5];
      reached[left + 5] = l5;
      reached[right + 5] = r5 ^ l5;
      long r6 = reached[at + 6];
      long l6 = r6 & bits[by + 6];
      reached[left + 6] = l6;
      reached[right + 6] = r6 ^ l6;
      long r7 = reached[at + 7];
      long l7 = r7 & bits[by + 7];
      reached[left + 7] = l7;
      reached[right + 7] = r7 ^ l7;
    }
  }

  @Override
  void unite(
      int[] source,
      int[] vector,
      int fromTest,
      int endTest,
      int[] parts,
      int fromPart,
      int endPart,
      long[] bits,
      long[] reached,
      long[] out,
      int to) {
    long b0 = 0;
    long b1 = 0;
    long b2 = 0;
    long b3 = 0;
    long b4 = 0;
    long b5 = 0;
    long b6 = 0;
    long b7 = 0;
    for (int test = fromTest; test < endTest; test++) {
      int at = source[test];
      int by = vector[test];
      b0 |= reached[at] & ~bits[by];
      b1 |= reached[at + 1] & ~bits[by + 1];
      b2 |= reached[at + 2] & ~bits[by + 2];
      b3 |= reached[at + 3] & ~bits[by + 3];
      b4 |= reached[at + 4] & ~bits[by + 4];
      b5 |= reached[at + 5] & ~bits[by + 5];
      b6 |= reached[at + 6] & ~bits[by + 6];
      b7 |= reached[at + 7] & ~bits[by + 7];
    }
    for (int part = fromPart; part < endPart; part++) {
      int at = parts[part];
      b0 |= reached[at];
      b1 |= reached[at + 1];
      b2 |= reached[at + 2];
      b3 |= reached[at + 3];
      b4 |= reached[at + 4];
      b5 |= reached[at + 5];
      b6 |= reached[at + 6];
      b7 |= reached[at + 7];
    }
    out[to] = b0;
    out[to + TREES] = b1;
    out[to + 2 * TREES] = b2;
    out[to + 3 * TREES] = b3;
    out[to + 4 * TREES] = b4;
    out[to + 5 * TREES] = b5;
    out[to + 6 * TREES] = b6;
    out[to + 7 * TREES] = b7;
  }

  @Override
  void atMost(long[] bits, int from, int end) {
    long b0 = 0;
    long b1 = 0;
    long b2 = 0;
    long b3 = 0;
    long b4 = 0;
    long b5 = 0;
    long b6 = 0;
    long b7 = 0;
    for (int at = from; at < end; at += WORDS) {
      bits[at] = b0 |= bits[at];
      bits[at + 1] = b1 |= bits[at + 1];
      bits[at + 2] = b2 |= bits[at + 2];
      bits[at + 3] = b3 |= bits[at + 3];
      bits[at + 4] = b4 |= bits[at + 4];
      bits[at + 5] = b5 |= bits[at + 5];
      bits[at + 6] = b6 |= bits[at + 6];
      bits[at + 7] = b7 |= bits[at + 7];
    }
  }

  @Override
  String name() {
    return "words";
  }
}
