// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

/** Runs a graph on the tensors of one thread. */
public interface TensorRun extends AutoCloseable {

  /**
   * Gives the first rows of the inputs to the graph; its answers are in the outputs then.
   *
   * @throws TensorException the graph fails on them
   */
  void run(int rows) throws TensorException;

  @Override
  void close();
}
