// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Divides the numbers of a row by their size; a row of a tiny size stays. */
public final class UnitLink implements BlockStep {
  /** The sizes, by the names that a plan has for them. */
  public enum Size {
    /** The sum of the absolute numbers. */
    UNIT_SUM {
      @Override
      double add(double size, double x) {
        return size + Math.abs(x);
      }
    },
    /** The root of the sum of squares. */
    UNIT_LENGTH {
      @Override
      double add(double size, double x) {
        return size + x * x;
      }

      @Override
      double last(double size) {
        return Math.sqrt(size);
      }
    },
    /** The greatest absolute number. */
    UNIT_GREATEST {
      @Override
      double add(double size, double x) {
        return Math.max(size, Math.abs(x));
      }
    };

    abstract double add(double size, double x);

    double last(double size) {
      return size;
    }
  }

  private final int[] in;
  private final int[] out;
  private final Size size;
  private final double least;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param size what a row is divided by
   * @param least the least size that it is divided by, beside 0
   */
  public UnitLink(int[] in, int[] out, Size size, double least) {
    this.in = in;
    this.out = out;
    this.size = size;
    this.least = least;
  }

  @Override
  public void apply(Block block) {
    for (int i = 0; i < block.rows(); i++) {
      double found = 0.0;
      for (int slot : in) {
        found = size.add(found, block.numbers[slot][i]);
      }
      found = size.last(found);
      double divisor = found == 0.0 || found < least ? 1.0 : found;
      for (int k = 0; k < out.length; k++) {
        if (out[k] >= 0) {
          block.numbers[out[k]][i] = block.numbers[in[k]][i] / divisor;
        }
      }
    }
  }
}
