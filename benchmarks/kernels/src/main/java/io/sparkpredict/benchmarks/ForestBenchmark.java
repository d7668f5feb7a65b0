// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.benchmarks;

import io.sparkpredict.kernel.Block;
import io.sparkpredict.kernel.BlockStep;
import io.sparkpredict.kernel.Dictionary;
import io.sparkpredict.kernel.ForestStep;
import io.sparkpredict.kernel.LeafValues;
import io.sparkpredict.kernel.Program;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a forest takes for a row, coding included, on one core and without Spark. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ForestBenchmark {
  static final int ROWS = 16_384;

  /** Trees, leaves of a tree, features, thresholds of a feature. */
  @Param({
    "100 x 8: 9 features; 80 thresholds", // scikit-learn's boosting
    "100 x 31: 9 features; 255 thresholds", // its histogram boosting
    "100 x 31: 30 features; 100 thresholds", // LightGBM
    "200 x 64: 30 features; 255 thresholds",
    "100 x 64: 30 features; 200 thresholds", // XGBoost
    "100 x 256: 30 features; 850 thresholds", // a random forest of depth 8
    "100 x 12500: 30 features; 40000 thresholds" // one without limit
  })
  public String forest;

  /** How many of a hundred numbers are missing. */
  @Param({"0", "5"})
  public int missing;

  private Program program;
  private Block block;
  private double[][] rows;

  @Setup
  public void make() {
    int[] sizes =
        IntStream.of(0, 1, 2, 3).map(at -> Integer.parseInt(forest.split("\\D+")[at])).toArray();
    int features = sizes[2];
    RandomForest trees = new RandomForest(new Random(1), sizes[0], sizes[1], features, sizes[3]);
    LeafValues sums =
        new LeafValues(
            new int[] {features}, new double[] {0}, true, 1.0, new int[sizes[0]], 1, false);
    program =
        new Program(
            new boolean[features],
            IntStream.range(0, features).toArray(),
            new Dictionary(Collections.emptyList(), new int[0]),
            new BlockStep[] {ForestStep.of(trees.trees(), sums)},
            features + 1,
            0,
            new int[] {features},
            new String[0]);
    block = program.block(ROWS);
    block.setRows(ROWS);
    Random random = new Random(2);
    rows = new double[features][ROWS];
    for (double[] column : rows) {
      for (int i = 0; i < ROWS; i++) {
        column[i] = random.nextInt(100) < missing ? Double.NaN : random.nextGaussian();
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] score() {
    for (int at = 0; at < rows.length; at++) {
      System.arraycopy(rows[at], 0, block.numbers[at], 0, ROWS);
    }
    program.run(block);
    return program.output(block, 0);
  }
}
