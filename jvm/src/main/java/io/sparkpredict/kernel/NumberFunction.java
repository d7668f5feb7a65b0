// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A number made of one other and of two of the model's: one of blocks and of single rows alike. */
public interface NumberFunction {
  /** The name of the constant that it is. */
  String name();

  /**
   * Computes it.
   *
   * @param x what varies from row to row
   * @param a the model's first number; what it means is the function's
   * @param b the model's second number
   */
  double of(double x, double a, double b);
}
