// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.JavaConverters._
import scala.util.control.NonFatal

import io.sparkpredict.engine.block.BlockFeature
import io.sparkpredict.model.{Binding, Descriptor, ErrorPolicy, InputLayout}
import io.sparkpredict.plan.{Conversion, Predict}
import org.apache.spark.sql.types.{DataType, FloatType, NullType, StringType, StructType}

/** A bound model as the compiled engine scores it.
  *
  * @param texts
  *   for each input whether it is a text
  */
final case class CompiledModel(
    scoring: CompiledScoring,
    answer: CompiledAnswer,
    texts: Seq[Boolean],
    widens: Boolean
) {

  /** Why the engine does not take this call; None where it does. */
  def refuses(call: Predict): Option[String] = {
    val kinds = call.inputs.zip(call.intakes).map { case (input, intake) =>
      intake.conversion match {
        case Conversion.AsIs => Some(input.dataType)
        case Conversion.Widened(to) => Some(to)
        case Conversion.Narrowed(to) => Some(to)
        case _ => None
      }
    }
    val unfit = call.intakes.zip(kinds).zip(texts).collectFirst {
      case ((intake, None), _) => s"argument ${intake.name} is an array or a vector"
      case ((intake, Some(kind)), isText) if !fits(kind, isText) =>
        s"argument ${intake.name} is ${kind.sql}, and its plan takes ${CompiledModel.word(isText)}"
    }
    if (call.params.isDefined) Some("the call has inference parameters")
    else if (kinds.size != texts.size) Some("the arguments are not the plan's inputs one by one")
    else if (unfit.isDefined) unfit
    else if (!widens && CompiledModel.areFloat(kinds.flatten, texts))
      Some("all numbers are FLOAT, in which scikit-learn computes otherwise")
    else None
  }

  private def fits(kind: DataType, isText: Boolean): Boolean =
    kind == NullType || (BlockFeature.kinds.contains(kind) && (kind == StringType) == isText)
}

object CompiledModel {

  /** The engine's form of a bound model, or why there is none. */
  def of(
      binding: Binding,
      descriptor: Descriptor,
      carrier: DataType
  ): Either[String, CompiledModel] =
    if (binding.readsParams) Left("what is asked of the model reads inference parameters")
    else if (!layouts(descriptor.layout)) Left("its inputs are no columns of numbers and texts")
    else {
      try
        for {
          plan <- Programs.plan(binding.artifact).toRight(reason(descriptor))
          answer <- forms(plan, binding, descriptor).of(inner(carrier, binding), binding.returns)
        } yield CompiledModel(
          CompiledScoring(binding.artifact, answer.columns),
          answer,
          plan.inputs.map(_.isText),
          plan.widens
        )
      catch {
        case NonFatal(broken: IllegalArgumentException) =>
          Left(s"its plan is broken: ${broken.getMessage}")
      }
    }

  private val layouts: Set[InputLayout] = Set(InputLayout.Columns, InputLayout.Matrix)

  private def reason(descriptor: Descriptor): String =
    Option(descriptor.json.path("plan").path("reason").asText)
      .filter(_.nonEmpty)
      .getOrElse("it was bound without a plan")

  private def forms(plan: PlanFile, binding: Binding, descriptor: Descriptor): AnswerForms = {
    val classes = descriptor.json.path("classes").elements.asScala.map(_.asText).toVector
    new AnswerForms(plan, binding.output, classes)
  }

  /** What the python engine gives without the error that it may carry beside it. */
  private def inner(carrier: DataType, binding: Binding): DataType = carrier match {
    case fields: StructType if binding.options.onError == ErrorPolicy.Capture =>
      val values = fields.filterNot(_.name == "__error")
      if (values.map(_.name) == Seq("__value")) values.head.dataType else StructType(values)
    case other => other
  }

  private def word(isText: Boolean): String = if (isText) "a text" else "a number"

  private def areFloat(kinds: Seq[DataType], texts: Seq[Boolean]): Boolean = {
    val numbers = kinds.zip(texts).collect { case (kind, false) => kind }
    numbers.nonEmpty && numbers.forall(_ == FloatType)
  }
}
