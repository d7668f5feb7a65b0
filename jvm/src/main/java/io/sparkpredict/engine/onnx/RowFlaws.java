// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.util.Arrays;

/** What is wrong with the arguments of a block's rows. A row's first flaw is the one that is told. */
final class RowFlaws {
  private final String[] flaws;
  private boolean any;

  RowFlaws(int capacity) {
    flaws = new String[capacity];
  }

  void note(int row, String flaw) {
    any = true;
    if (flaws[row] == null) {
      flaws[row] = flaw;
    }
  }

  /** Notes a number that the element type does not have. */
  void noteUnfit(int row, String feature, long value, TensorType.Kind kind) {
    note(row, "feature " + feature + ": " + value + " does not fit " + kind);
  }

  void clear() {
    if (any) {
      Arrays.fill(flaws, null);
      any = false;
    }
  }

  boolean any() {
    return any;
  }

  /** Null where nothing is wrong. */
  String get(int row) {
    return flaws[row];
  }
}
