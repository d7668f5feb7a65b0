// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A function that works on each number alone. */
public final class Link extends ColumnStep {
  /** The functions, by the names that a plan has for them. */
  public enum Function implements NumberFunction {
    SIGMOID {
      @Override
      double of(double x) {
        return 1.0 / (1.0 + Math.exp(-x));
      }
    },
    EXP {
      @Override
      double of(double x) {
        return Math.exp(x);
      }
    },
    LOG {
      @Override
      double of(double x) {
        return Math.log(x);
      }
    },
    EXPM1 {
      @Override
      double of(double x) {
        return Math.expm1(x);
      }
    },
    EXP2 {
      @Override
      double of(double x) {
        return Math.pow(2.0, x);
      }
    },
    LOG1P {
      @Override
      double of(double x) {
        return Math.log1p(x);
      }
    },
    LOG2 {
      @Override
      double of(double x) {
        return Math.log(x) / LOG_OF_2;
      }
    },
    LOG10 {
      @Override
      double of(double x) {
        return Math.log10(x);
      }
    },
    TANH {
      @Override
      double of(double x) {
        return Math.tanh(x);
      }
    },
    SQRT {
      @Override
      double of(double x) {
        return Math.sqrt(x);
      }
    },
    SQUARE {
      @Override
      double of(double x) {
        return x * x;
      }
    },
    ABS {
      @Override
      double of(double x) {
        return Math.abs(x);
      }
    },
    RECIPROCAL {
      @Override
      double of(double x) {
        return 1.0 / x;
      }
    },
    CBRT {
      @Override
      double of(double x) {
        return Math.cbrt(x);
      }
    },
    SIN {
      @Override
      double of(double x) {
        return Math.sin(x);
      }
    },
    COS {
      @Override
      double of(double x) {
        return Math.cos(x);
      }
    },
    SINH {
      @Override
      double of(double x) {
        return Math.sinh(x);
      }
    },
    COSH {
      @Override
      double of(double x) {
        return Math.cosh(x);
      }
    },
    ARCTAN {
      @Override
      double of(double x) {
        return Math.atan(x);
      }
    },
    PROBIT {
      @Override
      double of(double x) {
        return Probit.of(x);
      }
    },
    TRUNC {
      @Override
      double of(double x) {
        return x < 0.0 ? Math.ceil(x) : Math.floor(x);
      }
    },
    FLOOR {
      @Override
      double of(double x) {
        return Math.floor(x);
      }
    },
    CEIL {
      @Override
      double of(double x) {
        return Math.ceil(x);
      }
    },
    RINT {
      @Override
      double of(double x) {
        return Math.rint(x);
      }
    },
    SIGN {
      @Override
      double of(double x) {
        return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x + 0.0;
      }
    },
    SQUASH {
      @Override
      double of(double x) {
        return x / (3.0 * (Math.abs(x) + 1.0));
      }
    },
    SIGNED_SQUARE {
      @Override
      double of(double x) {
        return Math.copySign(x * x, x);
      }
    },
    ROUND32 {
      @Override
      double of(double x) {
        return (float) x;
      }
    },
    SIGMOID32 {
      @Override
      double of(double x) {
        float power = (float) Math.exp(Math.min((float) -x, 88.7f));
        return 1.0f / (power + 1.0f + 1e-16f);
      }
    },
    EXP32 {
      @Override
      double of(double x) {
        return (float) Math.exp(x);
      }
    };

    private static final double LOG_OF_2 = Math.log(2.0);

    abstract double of(double x);

    @Override
    public double of(double x, double a, double b) {
      return of(x);
    }
  }

  private final Function function;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param function what is applied
   */
  public Link(int[] in, int[] out, Function function) {
    super(in, out);
    this.function = function;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = function.of(x[i]);
    }
  }
}
