// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * The number below which a share of a standard normal distribution lies.
 *
 * <p>Source: M. J. Wichura, algorithm AS 241, Applied Statistics 37 (1988), about 16 digits.
 */
final class Probit {
  private static final double CENTRAL = 0.425;
  private static final double CENTRAL_SQUARE = 0.180625;
  private static final double NEAR = 1.6;
  private static final double FAR = 5.0;

  private static final double[][] IN_THE_MIDDLE = {
    {
      2.509080928730122673e3,
      3.343057558358812811e4,
      6.726577092700870085e4,
      4.592195393154987146e4,
      1.373169376550946113e4,
      1.971590950306551443e3,
      1.331416678917843775e2,
      3.387132872796366608e0
    },
    {
      5.226495278852854561e3,
      2.872908573572194267e4,
      3.930789580009271061e4,
      2.121379430158659587e4,
      5.394196021424751108e3,
      6.871870074920579083e2,
      4.231333070160091125e1,
      1.0
    }
  };
  private static final double[][] AT_THE_SIDE = {
    {
      7.7454501427834140764e-4,
      2.2723844989269184583e-2,
      2.4178072517745061177e-1,
      1.27045825245236838258e0,
      3.64784832476320460504e0,
      5.76949722146069140550e0,
      4.63033784615654529590e0,
      1.42343711074968357734e0
    },
    {
      1.05075007164441684324e-9,
      5.475938084995344946e-4,
      1.51986665636164571966e-2,
      1.4810397642748007459e-1,
      6.8976733498510000455e-1,
      1.6763848301838038494e0,
      2.05319162663775882187e0,
      1.0
    }
  };
  private static final double[][] AT_THE_END = {
    {
      2.01033439929228813265e-7,
      2.71155556874348757815e-5,
      1.2426609473880784386e-3,
      2.6532189526576123093e-2,
      2.9656057182850489123e-1,
      1.7848265399172913358e0,
      5.4637849111641143699e0,
      6.6579046435011037772e0
    },
    {
      2.04426310338993978564e-15,
      1.4215117583164458887e-7,
      1.84631831751005468180e-5,
      7.868691311456132591e-4,
      1.48753612908506148525e-2,
      1.3692988092273580531e-1,
      5.9983220655588793769e-1,
      1.0
    }
  };

  private Probit() {}

  /**
   * Computes it.
   *
   * @param share from 0, of which it is minus infinity, to 1, of which it is infinity; else NaN
   */
  static double of(double share) {
    if (!(share >= 0.0 && share <= 1.0)) {
      return Double.NaN;
    }
    double fromMiddle = share - 0.5;
    if (Math.abs(fromMiddle) <= CENTRAL) {
      double r = CENTRAL_SQUARE - fromMiddle * fromMiddle;
      return fromMiddle * ratio(IN_THE_MIDDLE, r);
    }
    double rest = fromMiddle < 0.0 ? share : 1.0 - share;
    if (rest == 0.0) {
      return fromMiddle < 0.0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double r = Math.sqrt(-Math.log(rest));
    double found = r <= FAR ? ratio(AT_THE_SIDE, r - NEAR) : ratio(AT_THE_END, r - FAR);
    return fromMiddle < 0.0 ? -found : found;
  }

  private static double ratio(double[][] polynomials, double r) {
    return polynomial(polynomials[0], r) / polynomial(polynomials[1], r);
  }

  private static double polynomial(double[] coefficients, double r) {
    double sum = 0.0;
    for (double coefficient : coefficients) {
      sum = sum * r + coefficient;
    }
    return sum;
  }
}
