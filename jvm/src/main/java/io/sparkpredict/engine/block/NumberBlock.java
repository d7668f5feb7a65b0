// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import io.sparkpredict.kernel.Dictionary;

/** A block with a column of doubles, or of a text's places, for each feature. */
public interface NumberBlock {

  /** Where the numbers of a feature go; null for a text, and for what the model does not read. */
  double[] numbers(int feature);

  /** Where the texts of a feature go, as places of the dictionary; null likewise. */
  int[] texts(int feature);

  Dictionary dictionary();
}
