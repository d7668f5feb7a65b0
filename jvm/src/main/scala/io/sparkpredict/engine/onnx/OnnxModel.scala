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
import io.sparkpredict.plan.{Conversion, NullRule, Predict}
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
  *   the Spark type of each output's column; None for what cannot be one
  */
final case class OnnxModel(
    alias: String,
    artifact: String,
    graph: OnnxGraph,
    checked: CheckedOutputs,
    types: Seq[Option[DataType]],
    answer: BlockAnswer,
    label: String
) extends BlockModel {
  override def engine: String = Engines.onnx

  override def columnType(column: Int): DataType = types(column).get

  override def scoring(columns: Seq[Int]): Option[BatchScoring] =
    if (checked.outputs(columns).isLeft) None
    else Some(OnnxScoring(alias, artifact, columns, label))

  override def refuses(call: Predict): Option[String] =
    if (call.params.isDefined) Some("the call has inference parameters")
    else {
      TensorLayout.of(graph, call.inputs.size) match {
        case None => Some("the arguments are not what fills the graph's inputs")
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
    val wholeNull = intake.nulls == NullRule.Given && input.nullable &&
      !Set(TensorType.Kind.FLOAT, TensorType.Kind.DOUBLE)(tensor.kind)
    if (!fits) Some(s"argument ${intake.name} is not what its input ${tensor.name} takes")
    else if (isArray && !slot.isWhole)
      Some(s"argument ${intake.name} is an array or a vector")
    else if (!isArray && slot.isWhole && tensor.width != 1)
      Some(s"argument ${intake.name} is one value, and its input ${tensor.name} takes several")
    else if (wholeNull) Some(s"argument ${intake.name} may be NULL")
    else None
  }

  /** A tensor takes a number as the nearest FLOAT, which a cast to FLOAT makes of it too. */
  private def areFloats: Boolean = graph.inputs.forall(_.kind == TensorType.Kind.FLOAT)

  override def takes(at: Int, kind: DataType, conversion: Conversion): Boolean = {
    val (depth, leaf) = BlockFeature.nested(kind)
    BlockFeature.kinds.contains(leaf) && leaf != StringType && (conversion match {
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
      _ <- texts(graph)
      runtime <- Library.runtime
      checked <- GraphProbes.checked(binding.artifact, graph)
      types = checked.all.map(_._2.toOption.map(column))
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
        s"ONNX Runtime ${runtime.version}, ${graph.nodes} nodes, ${shown(graph)}"
      )
    }

  /** Java hands texts over in its own form of UTF-8, in which a model does not find an emoji. */
  private def texts(graph: OnnxGraph): Either[String, Unit] =
    graph.inputs.find(_.kind == TensorType.Kind.STRING) match {
      case Some(input) =>
        Left(s"its input ${input.name} takes texts, which ONNX Runtime's Java library alters")
      case None => Right(())
    }

  private def shown(graph: OnnxGraph): String = {
    val inputs = graph.inputs.zip(graph.fed).map { case (input, places) =>
      val row = if (places.size == 1) "argument" else "arguments"
      s"${places.size} $row -> ${input.name} ${input.kind.toString.toLowerCase}"
    }
    inputs.mkString(", ")
  }

  private def column(kind: TensorType): DataType = {
    val leaf = kind.kind match {
      case TensorType.Kind.FLOAT | TensorType.Kind.DOUBLE => DoubleType
      case TensorType.Kind.INT64 | TensorType.Kind.INT32 => LongType
      case TensorType.Kind.BOOL => BooleanType
      case TensorType.Kind.STRING => StringType
    }
    val row = kind.row.toSeq
    if (row.isEmpty || row == Seq(1L)) leaf
    else row.foldLeft[DataType](leaf)((inner, _) => new ArrayType(inner, false))
  }

  private def fits(kind: DataType, tensor: TensorType.Kind): Boolean = (kind, tensor) match {
    case (_, TensorType.Kind.STRING) => false
    case (StringType, _) => false
    case (BooleanType, _) => true
    case (_, TensorType.Kind.BOOL) => false
    case (FloatType | DoubleType, TensorType.Kind.FLOAT | TensorType.Kind.DOUBLE) => true
    case (FloatType | DoubleType, _) => false
    case (whole, _) => BlockFeature.kinds.contains(whole)
  }
}
