// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.JavaConverters._
import scala.util.control.NonFatal

import io.sparkpredict.engine.block.{
  BatchScoring,
  BlockAnswer,
  BlockFeature,
  BlockInputs,
  BlockModel,
  SharedCall
}
import io.sparkpredict.model.{Binding, Descriptor, Engines, InputLayout}
import io.sparkpredict.plan.{Conversion, Predict}
import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, Literal}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.{ProjectExec, SparkPlan}
import org.apache.spark.sql.types.{
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  NullType,
  ShortType,
  StringType
}

/** A bound model as the compiled engine scores it.
  *
  * @param inputs
  *   for each input whether it is a text; None for one that is not read
  */
final case class CompiledModel(
    lone: CompiledScoring,
    answer: BlockAnswer,
    inputs: Seq[Option[Boolean]],
    widens: Boolean,
    takesWhole: Boolean
) extends BlockModel {
  override def engine: String = Engines.compiled

  override def label: String = lone.label

  override def columnType(column: Int): DataType = DoubleType

  override def scoring(columns: Seq[Int]): Option[BatchScoring] =
    if (columns == lone.columns) Some(lone)
    else CompiledScoring.of(lone.alias, lone.artifact, columns).toOption

  override def takes(at: Int, kind: DataType, conversion: Conversion): Boolean =
    BlockFeature.kinds.contains(kind) && (conversion match {
      case Conversion.AsIs => true
      case Conversion.Widened(to) => BlockInputs.isLossless(kind, to)
      case _ => false
    })

  override def taken(at: Int, value: Expression): Expression = inputs(at) match {
    case None => Literal(0.0)
    case Some(true) if value.dataType == NullType => Literal.create(null, StringType)
    case Some(false) if value.dataType == NullType => Literal.create(null, DoubleType)
    case _ => value
  }

  override def inline(
      shared: SharedCall,
      kept: Seq[Attribute],
      columns: Seq[(Int, Attribute)],
      error: Option[Attribute],
      later: LogicalPlan => SparkPlan
  ): Option[SparkPlan] = {
    def child: SparkPlan = later(shared.node.child)
    ConstantAnswer
      .of(shared)
      .map { answers =>
        val added = columns.map(_._2) ++ error
        val made = added.zip(answers.padTo(added.size, ConstantAnswer.noError)).map {
          case (column, value) => Alias(value, column.name)(exprId = column.exprId)
        }
        ProjectExec(kept ++ made, child): SparkPlan
      }
      .orElse(ArithmeticScores.of(shared).map(_.plan(kept, columns, child)))
  }

  override def refuses(call: Predict): Option[String] = {
    val kinds = call.inputs.zip(call.intakes).map { case (input, intake) =>
      intake.conversion match {
        case Conversion.AsIs => Some(input.dataType)
        case Conversion.Widened(to) => Some(to)
        case Conversion.Narrowed(to) => Some(to)
        case _ => None
      }
    }
    val read = call.intakes.zip(kinds).zip(inputs).collect { case ((intake, kind), Some(isText)) =>
      (intake.name, kind, isText)
    }
    val unfit = read.collectFirst {
      case (name, None, _) => s"argument $name is an array or a vector"
      case (name, Some(kind), isText) if !fits(kind, isText) =>
        s"argument $name is ${kind.sql}, and its plan takes a ${if (isText) "text" else "number"}"
    }
    val numbers = read.collect { case (_, Some(kind), false) => kind }
    if (call.params.isDefined) Some("the call has inference parameters")
    else if (kinds.size != inputs.size) Some("the arguments are not the plan's inputs one by one")
    else if (unfit.isDefined) unfit
    else if (!widens && numbers.contains(FloatType))
      Some("a number is FLOAT, and the library would compute in that")
    else if (!takesWhole && numbers.nonEmpty && numbers.forall(CompiledModel.whole))
      Some("all numbers are whole, and the library would compute in FLOAT")
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
    if (!layouts(descriptor.layout)) Left("its inputs are no columns of numbers and texts")
    else {
      try
        for {
          plan <- Programs.plan(binding.artifact).toRight(reason(descriptor))
          answer <- forms(plan, binding, descriptor).of(binding.inner(carrier), binding.returns)
          scoring <- CompiledScoring
            .of(binding.alias, binding.artifact, answer.columns)
            .left
            .map(cause => s"it does not agree with the Python model: $cause")
        } yield CompiledModel(
          scoring,
          answer,
          plan.inputs.map(_.isText),
          plan.widens,
          plan.takesWhole
        )
      catch {
        case NonFatal(broken: IllegalArgumentException) =>
          Left(s"its plan cannot be used: ${broken.getMessage}")
      }
    }

  private val whole: Set[DataType] = Set(ByteType, ShortType, IntegerType, LongType, BooleanType)

  private val layouts: Set[InputLayout] = Set(InputLayout.Columns, InputLayout.Matrix)

  private def reason(descriptor: Descriptor): String =
    Option(descriptor.json.path("compiled").path("reason").asText)
      .filter(_.nonEmpty)
      .getOrElse("it was bound without a plan")

  private def forms(plan: PlanFile, binding: Binding, descriptor: Descriptor): AnswerForms = {
    val classes = descriptor.json.path("classes").elements.asScala.map(_.asText).toVector
    new AnswerForms(plan, binding.output, classes)
  }
}
