// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

/** A loaded graph. Several threads may run it at once; it must not be closed while one does. */
public interface TensorSession extends AutoCloseable {

  /** What the graph takes, in its order. */
  TensorType[] inputs();

  /** What the graph gives, in its order; null for what is no tensor that the engine knows. */
  TensorType[] outputs();

  /** For one thread: what it gives to the graph, and what it asks of it. */
  TensorRun prepare(Tensor[] inputs, Tensor[] outputs);

  @Override
  void close() throws TensorException;
}
