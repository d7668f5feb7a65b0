// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

/**
 * ONNX Runtime as the engine sees it. Its own classes have a class loader of their own, so nothing
 * here names one.
 */
public interface TensorRuntime {

  /** Of the native library. */
  String version();

  /**
   * Loads a graph.
   *
   * @param path of its file; weights in other files lie beside it
   * @param settings how it runs
   * @throws TensorException the library refuses the graph
   */
  TensorSession open(String path, SessionSettings settings) throws TensorException;
}
