// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import io.sparkpredict.PredictErrors
import io.sparkpredict.engine.block.BlockModel
import io.sparkpredict.engine.compiled.CompiledModel
import io.sparkpredict.engine.onnx.{OnnxGraph, OnnxModel}
import io.sparkpredict.plan.Predict
import org.apache.spark.sql.types.DataType

/** Which engine scores a bound model, with one sentence for each engine: why it does, or does not.
  *
  * @param inJvm
  *   how an engine of the JVM scores it, where one does
  */
final case class Engines(
    chosen: String,
    reasons: Map[String, String],
    inJvm: Option[BlockModel]
) {
  def withPython: Engines = Engines(Engines.python, reasons, None)
}

object Engines {
  val auto = "auto"
  val python = "python"
  val compiled = "compiled"
  val onnx = "onnx"

  private type Made = Either[String, BlockModel]

  /** The engines of the JVM, the first choice first. */
  private val inJvm: Seq[(String, (Binding, Descriptor, DataType) => Made)] =
    Seq(compiled -> (CompiledModel.of(_, _, _)), onnx -> (OnnxModel.of(_, _, _)))

  /** The first that supports the model, unless the binding names one: that one or an error. */
  def choose(binding: Binding, descriptor: Descriptor, carrier: DataType): Engines = {
    val (wanted, others) = inJvm.partition(engine => Set(auto, engine._1)(binding.engine))
    val asked = others.map(_._1 -> s"not taken: engine='${binding.engine}' was asked for")
    val tried = firstOf(wanted.toList, binding, descriptor, carrier)
    val refused = tried.collect { case (engine, Left(cause)) => engine -> s"not taken: $cause" }
    tried.collectFirst { case (engine, Right(model)) => engine -> model } match {
      case Some((engine, model)) =>
        val behind =
          (inJvm.map(_._1) :+ python).map(name =>
            name -> s"not taken: ${untried(name, descriptor)}"
          )
        val reasons = behind.toMap ++ asked ++ refused +
          (engine -> s"scores, inside the query: ${model.label}")
        Engines(engine, reasons, Some(model))
      case None if binding.engine != auto && binding.engine != python =>
        val cause = tried.collectFirst { case (_, Left(cause)) => cause }
        throw PredictErrors.engineRefuses(
          binding.alias,
          binding.engine,
          cause.getOrElse("this version has no such engine")
        )
      case None =>
        val scores =
          if (descriptor.isPipeline) "scores nothing: the Transformer applies the pipeline"
          else s"scores: MLflow's Python function, flavor ${descriptor.flavor}"
        Engines(python, Map(python -> scores) ++ asked ++ refused, None)
    }
  }

  /** Why an engine was not even tried. */
  private def untried(engine: String, descriptor: Descriptor): String = {
    val faster = "a faster engine gives the same answers"
    if (engine == onnx) OnnxGraph.of(descriptor).fold(identity, _ => faster) else faster
  }

  /** What each says, as far as the first that takes the model. */
  private def firstOf(
      engines: List[(String, (Binding, Descriptor, DataType) => Made)],
      binding: Binding,
      descriptor: Descriptor,
      carrier: DataType
  ): List[(String, Made)] = engines match {
    case (engine, of) :: rest =>
      val made = of(binding, descriptor, carrier)
      (engine -> made) :: (if (made.isRight) Nil else firstOf(rest, binding, descriptor, carrier))
    case Nil => Nil
  }

  /** The call by the engine of its model, or by Python where that one does not take these arguments. */
  def forCall(call: Predict): Predict =
    call.model.inJvm.flatMap(_.refuses(call)) match {
      case None => call
      case Some(cause) if call.model.binding.engine == call.model.engine =>
        throw PredictErrors.engineRefuses(call.model.alias, call.model.engine, cause)
      case Some(_) => call.copy(model = call.model.withPython)
    }
}
