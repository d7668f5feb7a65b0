// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import io.sparkpredict.PredictErrors
import io.sparkpredict.engine.compiled.CompiledModel
import io.sparkpredict.plan.Predict
import org.apache.spark.sql.types.DataType

/** Which engine scores a bound model, with one sentence for each engine: why it does, or does not.
  *
  * @param compiled
  *   how the compiled engine scores it, where it does
  */
final case class Engines(
    chosen: String,
    reasons: Map[String, String],
    compiled: Option[CompiledModel]
) {
  def withPython: Engines = Engines(Engines.python, reasons, None)
}

object Engines {
  val auto = "auto"
  val python = "python"
  val compiled = "compiled"

  private val noOnnx = "onnx" -> "not taken: this version has no ONNX engine"

  /** The first that supports the model, unless the binding names one: that one or an error. */
  def choose(binding: Binding, descriptor: Descriptor, carrier: DataType): Engines =
    if (binding.engine == python) ofPython(descriptor, s"not taken: engine='$python' was asked for")
    else {
      CompiledModel.of(binding, descriptor, carrier) match {
        case Right(model) => ofCompiled(model)
        case Left(cause) if binding.engine == compiled =>
          throw PredictErrors.engineRefuses(binding.alias, compiled, cause)
        case Left(cause) => ofPython(descriptor, s"not taken: $cause")
      }
    }

  /** The call by the engine of its model, or by Python where that one does not take these arguments. */
  def forCall(call: Predict): Predict =
    call.model.compiled.flatMap(_.refuses(call)) match {
      case None => call
      case Some(cause) if call.model.binding.engine == compiled =>
        throw PredictErrors.engineRefuses(call.model.alias, compiled, cause)
      case Some(_) => call.copy(model = call.model.withPython)
    }

  private def ofCompiled(model: CompiledModel): Engines = Engines(
    compiled,
    Map(
      compiled -> s"scores, inside the query: ${model.scoring.label}",
      python -> "not taken: a faster engine gives the same answers",
      noOnnx
    ),
    Some(model)
  )

  private def ofPython(descriptor: Descriptor, notCompiled: String): Engines = Engines(
    python,
    Map(
      python -> s"scores: MLflow's Python function, flavor ${descriptor.flavor}",
      compiled -> notCompiled,
      noOnnx
    ),
    None
  )
}
