// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The categories that a step knows of a column. */
public interface Categories {
  /** What a value is that is no category. */
  int UNKNOWN = -1;

  /** For each row the place of its category, or {@link #UNKNOWN}. */
  void places(Block block, int[] places);
}
