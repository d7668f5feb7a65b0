// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Codes a category, a number from zero, by whether it is in a set: 0 (left) if it is, 1 if not. */
final class Membership extends Coding {
  private final long[] set;
  private final int missing;

  /**
   * @param set the categories that go left, as the bits of a bit set
   * @param missingLeft where NaN goes
   */
  Membership(long[] set, boolean missingLeft) {
    this.set = set;
    missing = missingLeft ? 0 : 1;
  }

  @Override
  int largest() {
    return 1;
  }

  @Override
  void code(double[] values, int from, int rows, char[] out, int at, int step) {
    int padded = (rows + Block.GROUP - 1) / Block.GROUP * Block.GROUP;
    for (int i = 0; i < padded; i++) {
      out[at + (i >> 3) * step + (i & 7)] = (char) codeOfCategory(values[from + i]);
    }
  }

  private int codeOfCategory(double value) {
    if (value != value) {
      return missing;
    }
    // Toward zero, as the libraries read a category; what no set can hold goes right.
    int category = (int) value;
    if (category < 0 || category >= set.length << 6) {
      return 1;
    }
    return (set[category >> 6] >>> category & 1L) == 0 ? 1 : 0;
  }

  @Override
  long bytes() {
    return 8L * set.length;
  }

  @Override
  double cost() {
    return 1.5;
  }
}
