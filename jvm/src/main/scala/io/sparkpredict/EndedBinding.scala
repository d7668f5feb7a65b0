// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import io.sparkpredict.engine.onnx.OnnxScoring

/** What Python makes an instance of when it takes a binding away: closes what was open for it. */
final class EndedBinding {
  def end(artifact: String): Unit = OnnxScoring.end(artifact)
}
