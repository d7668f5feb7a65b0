// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.benchmarks;

import io.sparkpredict.kernel.Trees;
import java.util.Arrays;
import java.util.Random;

/** Trees with that many leaves each, grown at random. */
final class RandomForest {
  private final Random random;
  private final double[][] thresholds;
  private final int[] roots;
  private final int[] feature;
  private final double[] threshold;
  private final int[] left;
  private final int[] right;
  private final boolean[] missingLeft;
  private final Trees.Missing[] missing;
  private final int[] set;
  private final int[] leaf;
  private final double[] values;
  private int nodes;
  private int leaves;

  RandomForest(Random random, int trees, int treeLeaves, int features, int ofFeature) {
    this.random = random;
    thresholds = new double[features][ofFeature];
    for (double[] cuts : thresholds) {
      Arrays.setAll(cuts, at -> random.nextGaussian());
    }
    int count = trees * (2 * treeLeaves - 1);
    roots = new int[trees];
    feature = new int[count];
    threshold = new double[count];
    left = new int[count];
    right = new int[count];
    missingLeft = new boolean[count];
    missing = new Trees.Missing[count];
    set = new int[count];
    leaf = new int[count];
    values = new double[trees * treeLeaves];
    Arrays.fill(missing, Trees.Missing.NAN);
    Arrays.fill(set, -1);
    for (int tree = 0; tree < trees; tree++) {
      roots[tree] = grow(treeLeaves);
    }
  }

  private int grow(int below) {
    int node = nodes++;
    if (below == 1) {
      feature[node] = -1;
      leaf[node] = leaves;
      values[leaves++] = random.nextGaussian();
      return node;
    }
    feature[node] = random.nextInt(thresholds.length);
    double[] cuts = thresholds[feature[node]];
    threshold[node] = cuts[random.nextInt(cuts.length)];
    missingLeft[node] = random.nextBoolean();
    // Neither a chain nor balanced.
    int ofLeft = Math.max(1, (int) (below * (0.3 + 0.4 * random.nextDouble())));
    left[node] = grow(ofLeft);
    right[node] = grow(below - ofLeft);
    return node;
  }

  Trees trees() {
    return new Trees(
        roots,
        feature,
        threshold,
        left,
        right,
        missingLeft,
        missing,
        set,
        new long[0][],
        leaf,
        values);
  }
}
