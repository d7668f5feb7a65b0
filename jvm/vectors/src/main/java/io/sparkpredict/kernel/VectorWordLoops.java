// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** By the Vector API: a vector of 512 rows is one register where the processor has AVX-512, or two. */
final class VectorWordLoops extends WordLoops {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int FEWEST = 4; // with two, nothing is gained

  VectorWordLoops() {
    if (LANES < FEWEST || LANES > WORDS) {
      throw new UnsupportedOperationException(SPECIES.toString());
    }
  }

  @Override
  void divide(int[] source, int[] vector, int from, int end, long[] bits, long[] reached) {
    int left = WORDS;
    for (int test = from; test < end; test++, left += 2 * WORDS) {
      for (int k = 0; k < WORDS; k += LANES) {
        LongVector all = LongVector.fromArray(SPECIES, reached, source[test] + k);
        LongVector some = all.and(LongVector.fromArray(SPECIES, bits, vector[test] + k));
        some.intoArray(reached, left + k);
        all.lanewise(XOR, some).intoArray(reached, left + WORDS + k);
      }
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
    for (int k = 0; k < WORDS; k += LANES) {
      LongVector all = LongVector.zero(SPECIES);
      for (int test = fromTest; test < endTest; test++) {
        LongVector reach = LongVector.fromArray(SPECIES, reached, source[test] + k);
        LongVector left = LongVector.fromArray(SPECIES, bits, vector[test] + k);
        all = all.or(reach.lanewise(AND_NOT, left));
      }
      for (int part = fromPart; part < endPart; part++) {
        all = all.or(LongVector.fromArray(SPECIES, reached, parts[part] + k));
      }
      for (int lane = 0; lane < LANES; lane++) {
        out[to + TREES * (k + lane)] = all.lane(lane);
      }
    }
  }

  @Override
  void atMost(long[] bits, int from, int end) {
    for (int k = 0; k < WORDS; k += LANES) {
      LongVector all = LongVector.zero(SPECIES);
      for (int at = from + k; at < end; at += WORDS) {
        all = all.or(LongVector.fromArray(SPECIES, bits, at));
        all.intoArray(bits, at);
      }
    }
  }

  @Override
  String name() {
    return "vectors of " + SPECIES.vectorBitSize() + " bits";
  }
}
