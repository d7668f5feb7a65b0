// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** What steps compute of each number alone. In each function NaN is what the step says of it. */
public enum Arithmetic implements NumberFunction {
  /** Rounded to float32. */
  CAST32 {
    @Override
    public double of(double x, double a, double b) {
      return (float) x;
    }
  },

  /** {@code b} where it is missing: equal to {@code a}, or NaN as that is. */
  IMPUTE {
    @Override
    public double of(double x, double a, double b) {
      return isMissing(x, a) ? b : x;
    }
  },

  /** 1 where it is missing, likewise, else 0. */
  MISSING {
    @Override
    public double of(double x, double a, double b) {
      return isMissing(x, a) ? 1.0 : 0.0;
    }
  },

  /** {@code (x - a) / b}, in two roundings: the reciprocal would change the last bit. */
  SCALE {
    @Override
    public double of(double x, double a, double b) {
      return (x - a) / b;
    }
  },

  /** {@code x * a + b}. */
  AFFINE {
    @Override
    public double of(double x, double a, double b) {
      return x * a + b;
    }
  },

  /** Cut to the range from {@code a} to {@code b}; NaN stays. */
  CLIP {
    @Override
    public double of(double x, double a, double b) {
      return x < a ? a : x > b ? b : x;
    }
  },

  /** {@code x / a}. */
  DIVIDE {
    @Override
    public double of(double x, double a, double b) {
      return x / a;
    }
  },

  /** 1 above {@code a}, else 0, also for NaN. */
  ABOVE {
    @Override
    public double of(double x, double a, double b) {
      return x > a ? 1.0 : 0.0;
    }
  },

  /** {@code 1 - x}: the other one's probability. */
  REST {
    @Override
    public double of(double x, double a, double b) {
      return 1.0 - x;
    }
  },

  /** {@code 1 - x}, rounded to float32. */
  REST32 {
    @Override
    public double of(double x, double a, double b) {
      return (float) (1.0 - x);
    }
  };

  private static boolean isMissing(double x, double missing) {
    return missing != missing ? x != x : x == missing;
  }
}
