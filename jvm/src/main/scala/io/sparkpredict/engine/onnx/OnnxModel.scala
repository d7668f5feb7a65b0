// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import scala.collection.JavaConverters._

import io.sparkpredict.engine.block.{
  BatchScoring,
  BlockAnswer,
  BlockFeature,
  BlockInputs,
  BlockModel,
  SharedCall
}
import io.sparkpredict.model.{Binding, Descriptor, Engines}
import io.sparkpredict.plan.{Conversion, NullInside, NullRule, Predict}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.expressions.{Attribute, Expression, Literal}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.types.{
  ArrayType,
  BooleanType,
  DataType,
  DoubleType,
  FloatType,
  LongType,
  NullType,
  StringType
}

/** A bound model as ONNX Runtime scores it.
  *
  * @param types
  *   the Spark type of each output's column; or why there is none
  * @param device
  *   that the binding asks for
  */
final case class OnnxModel(
    alias: String,
    artifact: String,
    graph: OnnxGraph,
    checked: CheckedOutputs,
    types: Seq[Either[String, DataType]],
    answer: BlockAnswer,
    graphLabel: OnnxLabel,
    device: String
) extends BlockModel {
  override def label: String = graphLabel.of(graph.fed.map(_.size).sum)

  override def engine: String = Engines.onnx

  override def columnType(column: Int): DataType =
    types(column).fold(cause => throw new IllegalStateException(cause), identity)

  override def scoring(columns: Seq[Int]): Option[BatchScoring] =
    if (checked.outputs(columns).isLeft) None
    else Some(OnnxScoring(alias, artifact, columns, graphLabel, device))

  override def refuses(call: Predict): Option[String] =
    if (call.params.isDefined) Some("the call has inference parameters")
    else {
      TensorLayout.of(graph, call.inputs.size) match {
        case None =>
          Some(
            graph.inputs.find(_.width < 0).fold("the arguments are not what fills its inputs")(open)
          )
        case Some(layout) =>
          call.inputs.indices.iterator.map(unfit(call, layout, _)).collectFirst {
            case Some(cause) => cause
          }
      }
    }

  private def unfit(call: Predict, layout: TensorLayout, at: Int): Option[String] = {
    val (input, intake, slot) = (call.inputs(at), call.intakes(at), layout.slots(at))
    val tensor = layout.inputs(slot.input)
    val kind = intake.conversion match {
      case Conversion.AsIs | Conversion.Tensor => Some(input.dataType)
      case Conversion.Widened(to) => Some(to)
      case Conversion.Narrowed(to) => Some(to)
      case _ => None
    }
    val isArray = kind.exists(_.isInstanceOf[ArrayType])
    val leaf = kind.map(BlockFeature.nested(_)._2)
    val fits = leaf.exists(one => one == NullType || OnnxModel.fits(one, tensor.kind))
    val isNullable = if (isArray) NullInside.of(input).isDefined else input.nullable
    val lacksNaN = intake.nulls == NullRule.Given && isNullable && !tensor.kind.isFloating
    if (isArray && graph.inputs(slot.input).width < 0) Some(open(tensor))
    else if (!fits) Some(s"argument ${intake.name} is not what its input ${tensor.name} takes")
    else if (isArray && !slot.isWhole)
      Some(s"argument ${intake.name} is an array or a vector")
    else if (!isArray && slot.isWhole && tensor.width != 1)
      Some(s"argument ${intake.name} is one value, and its input ${tensor.name} takes several")
    else if (lacksNaN) Some(s"argument ${intake.name} may be NULL")
    else None
  }

  private def open(input: TensorType): String =
    s"its input ${input.name} leaves a size open, which Python scores size by size"

  /** A tensor takes a number as the nearest FLOAT, which a cast to FLOAT makes of it too. */
  private def areFloats: Boolean = graph.inputs.forall(_.kind == TensorType.Kind.FLOAT)

  override def takes(at: Int, kind: DataType, conversion: Conversion): Boolean = {
    val (depth, leaf) = BlockFeature.nested(kind)
    BlockFeature.kinds.contains(leaf) && (conversion match {
      case Conversion.AsIs => depth == 0
      case Conversion.Tensor => true
      case Conversion.Widened(to) =>
        depth == 0 && ((to == FloatType && areFloats) || (BlockInputs.isLossless(
          kind,
          to
        ) && kind != LongType))
      case _ => false
    })
  }

  override def taken(at: Int, value: Expression): Expression =
    if (value.dataType == NullType) Literal.create(null, DoubleType) else value

  override def inline(
      shared: SharedCall,
      kept: Seq[Attribute],
      columns: Seq[(Int, Attribute)],
      error: Option[Attribute],
      later: LogicalPlan => SparkPlan
  ): Option[SparkPlan] = None
}

object OnnxModel {

  /** The engine's form of a bound model, or why there is none. */
  def of(binding: Binding, descriptor: Descriptor, carrier: DataType): Either[String, OnnxModel] =
    for {
      graph <- OnnxGraph.of(descriptor)
      runtime <- Library.runtime
      checked <- GraphProbes.checked(binding.artifact, graph, None) // the driver may have no GPU
      types = checked.all.map(_._2.map(column))
      classes = descriptor.json.path("classes").elements.asScala.map(_.asText).toVector
      answers = new OnnxAnswers(graph, types, binding.output, classes)
      answer <- answers.of(binding.inner(carrier), binding.returns)
      _ <- checked
        .outputs(answer.columns)
        .left
        .map(cause => s"it does not agree with the Python model: $cause")
    } yield {
      SparkSession.getActiveSession.foreach(session => Library.send(session.sparkContext))
      OnnxModel(
        binding.alias,
        binding.artifact,
        graph,
        checked,
        types,
        answer,
        OnnxLabel(runtime.version, graph, binding.device),
        binding.device
      )
    }

  private def column(kind: TensorType): DataType = {
    val leaf = kind.kind match {
      case TensorType.Kind.BOOL => BooleanType
      case TensorType.Kind.STRING => StringType
      case number => if (number.isFloating) DoubleType else LongType
    }
    val row = kind.row.toSeq
    if (row.isEmpty || row == Seq(1L)) leaf
    else row.foldLeft[DataType](leaf)((inner, _) => new ArrayType(inner, false))
  }

  private def fits(kind: DataType, tensor: TensorType.Kind): Boolean = (kind, tensor) match {
    case (StringType, _) | (_, TensorType.Kind.STRING) =>
      kind == StringType && tensor == TensorType.Kind.STRING
    case (BooleanType, _) => true
    case (_, TensorType.Kind.BOOL) => false
    case (FloatType | DoubleType, _) => tensor.isFloating
    case (whole, _) => BlockFeature.kinds.contains(whole)
  }
}
