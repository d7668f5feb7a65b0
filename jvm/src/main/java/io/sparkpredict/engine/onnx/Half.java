// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

/**
 * Numbers of two bytes, IEEE 754 binary16, as numpy makes them of doubles: rounded once, ties to
 * even.
 */
final class Half {
  private static final int DIGITS = 10; // of the fraction
  private static final int LEAST = -14; // exponent of the smallest that is not subnormal
  private static final int INFINITY = 0x7C00;
  private static final int NAN = 0x7E00;
  private static final double BEYOND = 65520; // rounds to infinity

  private Half() {}

  static short of(double value) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    double size = Math.abs(value);
    if (Double.isNaN(value)) {
      return (short) (sign | NAN);
    }
    if (size >= BEYOND) {
      return (short) (sign | INFINITY);
    }
    int exponent = Math.max(Math.getExponent(size), LEAST);
    // exact: a power of two. What rounds up to the next power carries into the exponent.
    long digits = (long) Math.rint(Math.scalb(size, DIGITS - exponent));
    return (short) (sign | ((long) (exponent - LEAST) << DIGITS) + digits);
  }

  static double value(short half) {
    int fraction = half & 0x3FF;
    int exponent = half >> DIGITS & 0x1F;
    double size =
        exponent == 0x1F
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : Math.scalb(
                exponent == 0 ? fraction : fraction + 0x400,
                Math.max(exponent, 1) - 1 + LEAST - DIGITS);
    return half < 0 ? -size : size;
  }
}
