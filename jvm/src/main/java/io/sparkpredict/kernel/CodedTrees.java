// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trees with, for each test, the code column that it reads and the code that it compares with. */
final class CodedTrees {
  private static final int MOST_COLUMNS = 1 << 16;
  private static final int SIDES = 2;
  private static final int KINDS = SIDES * Trees.Missing.values().length;

  final Trees trees;
  final CodeColumns columns;

  /** For each test its code column; for a leaf nothing. */
  final int[] column;

  /** For each test its code: a row goes left where its own is not larger. */
  final int[] code;

  private final List<Integer> inputs = new ArrayList<>();
  private final List<Trees.Missing> missing = new ArrayList<>();
  private final List<Coding> codings = new ArrayList<>();
  private final List<Integer> twins = new ArrayList<>();

  /** Raises IllegalArgumentException where there are more columns than can be numbered. */
  CodedTrees(Trees trees) {
    this.trees = trees;
    column = new int[trees.feature.length];
    code = new int[trees.feature.length];
    thresholds();
    sets();
    columns =
        new CodeColumns(
            inputs.stream().mapToInt(Integer::intValue).toArray(),
            missing.toArray(new Trees.Missing[0]),
            codings.toArray(new Coding[0]),
            twins.stream().mapToInt(Integer::intValue).toArray());
    if (columns.count() > MOST_COLUMNS) {
      throw new IllegalArgumentException("its tests need more than " + MOST_COLUMNS + " columns");
    }
  }

  private void thresholds() {
    int nodes = trees.feature.length;
    int kinds = 0;
    for (int node = 0; node < nodes; node++) {
      if (isThreshold(node)) {
        kinds = Math.max(kinds, kind(node) + 1);
      }
    }
    double[][] cuts = cuts((kinds + SIDES - 1) / SIDES);
    int[] columnOf = columns(kinds, cuts);
    for (int node = 0; node < nodes; node++) {
      if (isThreshold(node)) {
        double[] own = cuts[kind(node) / SIDES];
        int place = Arrays.binarySearch(own, trees.threshold[node] + 0.0);
        column[node] = columnOf[kind(node)] + place / Coding.MOST;
        code[node] = place % Coding.MOST;
      }
    }
  }

  /**
   * Adds a column for each kind of test that there is, those of two sides one after the other; or
   * several, where there are more thresholds than codes. Each codes by its part of them alone.
   *
   * @return for each kind its first column
   */
  private int[] columns(int kinds, double[][] cuts) {
    int[] testOf = new int[kinds];
    Arrays.fill(testOf, -1);
    for (int node = 0; node < trees.feature.length; node++) {
      if (isThreshold(node)) {
        testOf[kind(node)] = node;
      }
    }
    int[] columnOf = new int[kinds];
    for (int kind = 0; kind < kinds; kind++) {
      if (testOf[kind] >= 0) {
        columnOf[kind] = codings.size();
        boolean left = kind % SIDES == 0;
        boolean isTwin = !left && testOf[kind - 1] >= 0;
        double[] own = cuts[kind / SIDES];
        for (int from = 0; from < own.length; from += Coding.MOST) {
          if (isTwin) {
            int twin = columnOf[kind - 1] + from / Coding.MOST;
            add(testOf[kind], ((Ranks) codings.get(twin)).withMissingRight(), twin);
          } else {
            Ranks.Missing missing = left ? Ranks.Missing.LEFT : Ranks.Missing.RIGHT;
            int end = Math.min(from + Coding.MOST, own.length);
            add(testOf[kind], new Ranks(Arrays.copyOfRange(own, from, end), missing), -1);
          }
        }
      }
    }
    return columnOf;
  }

  /** Of each feature and way to miss a number the thresholds, sorted, each once. */
  private double[][] cuts(int groups) {
    int[] sizes = new int[groups];
    for (int node = 0; node < trees.feature.length; node++) {
      if (isThreshold(node)) {
        sizes[kind(node) / SIDES]++;
      }
    }
    double[][] cuts = new double[groups][];
    for (int group = 0; group < groups; group++) {
      cuts[group] = new double[sizes[group]];
    }
    for (int node = 0; node < trees.feature.length; node++) {
      if (isThreshold(node)) {
        int group = kind(node) / SIDES;
        cuts[group][--sizes[group]] = trees.threshold[node] + 0.0; // no negative zero
      }
    }
    for (int group = 0; group < groups; group++) {
      cuts[group] = distinct(cuts[group]);
    }
    return cuts;
  }

  private static double[] distinct(double[] values) {
    Arrays.sort(values);
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (i == 0 || values[i] != values[i - 1]) {
        values[count++] = values[i];
      }
    }
    return Arrays.copyOf(values, count);
  }

  private void sets() {
    Map<List<Object>, Integer> columnOf = new HashMap<>();
    for (int node = 0; node < trees.feature.length; node++) {
      if (!trees.isLeaf(node) && trees.set[node] >= 0) {
        boolean left = trees.missingLeft[node];
        long[] set = trees.sets[trees.set[node]];
        List<Object> key =
            Arrays.asList(trees.feature[node], trees.missing[node], left, LongBuffer.wrap(set));
        Integer known = columnOf.get(key);
        if (known == null) {
          known = codings.size();
          columnOf.put(key, known);
          add(node, new Membership(set, left), -1);
        }
        column[node] = known;
      }
    }
  }

  private void add(int node, Coding coding, int twin) {
    twins.add(twin);
    inputs.add(trees.feature[node]);
    missing.add(trees.missing[node]);
    codings.add(coding);
  }

  private boolean isThreshold(int node) {
    return !trees.isLeaf(node) && trees.set[node] < 0;
  }

  /** Tests of one kind share a code column; the two sides of a kind share their thresholds. */
  private int kind(int node) {
    int side = trees.missingLeft[node] ? 0 : 1;
    return trees.feature[node] * KINDS + trees.missing[node].ordinal() * SIDES + side;
  }
}
