// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

/** What ONNX Runtime says is wrong, without its own exception: that is of another class loader. */
public final class TensorException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The sentence that the message stands in has a full stop of its own. */
  public TensorException(String message) {
    super(message.trim().replaceFirst("\\.$", ""));
  }
}
