// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * The loops over bit vectors of 512 rows, eight words each: by the JVM's Vector API where it is there,
 * as Spark 4 and {@code --add-modules=jdk.incubator.vector} see to, else word by word.
 */
public abstract class WordLoops {
  static final int WORDS = RowVectors.WORDS;
  static final int TREES = LeafGroup.TREES;

  /** What this JVM runs fastest. */
  static final WordLoops BEST = best();

  /** Which loops this JVM runs. */
  public static String ofThisJvm() {
    return BEST.name();
  }

  private static WordLoops best() {
    try {
      // By its name: the class is one of Java 17, and loads where the module is.
      Class<?> vectors = Class.forName("io.sparkpredict.kernel.VectorWordLoops");
      return (WordLoops) vectors.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError | UnsupportedOperationException absent) {
      return new PlainWordLoops();
    }
  }

  /**
   * Sends the rows that reach a test to its children, whose rows are written behind those of the
   * tests before it.
   *
   * @param source for each test the place of the rows that reach it
   * @param vector for each test the place of the rows that go left
   * @param from the first test
   * @param end behind the last
   * @param bits where those vectors are
   * @param reached where the rows are that reach a test
   */
  abstract void divide(
      int[] source, int[] vector, int from, int end, long[] bits, long[] reached);

  /**
   * Unites the rows that go right at tests, and rows that reach leaves.
   *
   * @param source for each test the place of the rows that reach it
   * @param vector for each test the place of the rows that go left
   * @param fromTest the first test
   * @param endTest behind the last
   * @param parts places of rows that reach leaves
   * @param fromPart the first of them
   * @param endPart behind the last
   * @param bits where the tests' vectors are
   * @param reached where the rows are
   * @param out where the eight words go, {@link LeafGroup#TREES} apart
   * @param to the first one's place
   */
  abstract void unite(
      int[] source,
      int[] vector,
      int fromTest,
      int endTest,
      int[] parts,
      int fromPart,
      int endPart,
      long[] bits,
      long[] reached,
      long[] out,
      int to);

  /** Unites each vector with all before it. */
  abstract void atMost(long[] bits, int from, int end);

  /** What they run on. */
  abstract String name();
}
