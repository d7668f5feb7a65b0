// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.BlockFeature
import io.sparkpredict.plan.{Conversion, Intake, ModelInputs, NullRule, PredictNode}
import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, Literal}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project}
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

/** Where the block operator finds a node's features: in columns of the node's child as they are,
  * else in columns of a Project above the child.
  */
final class BlockInputs(node: PredictNode) {
  private val call = node.call
  private val kinds = call.model.compiled.toSeq.flatMap(_.inputs)
  private val inputs = ModelInputs.of(call)

  private val places: Seq[Either[Alias, Attribute]] =
    call.inputs.indices.map { at =>
      (call.inputs(at), call.intakes(at)) match {
        case (plain: Attribute, intake) if isDirect(plain, intake) => Right(plain)
        case (_, intake) => Left(Alias(taken(inputs.values(at), kinds(at)), intake.name)())
      }
    }
  private val areDirect = places.forall(_.isRight) && inputs.flaw.isEmpty
  private val needed = if (areDirect) None else inputs.needed.map(Alias(_, "needed")())
  private val flawed = inputs.flaw.map(Alias(_, "flaw")())

  val features: Seq[BlockFeature] = places.zip(call.intakes).map { case (place, intake) =>
    val unscored = place.isRight && intake.nulls == NullRule.Unscored
    BlockFeature(intake.name, place.fold(_.toAttribute, identity), unscored)
  }

  /** Which rows are scored, beside what NULLs say that the operator sees itself. */
  val guard: Option[Attribute] = needed
    .map(_.toAttribute)
    .orElse(call.guard.collect {
      case flag: Attribute if areDirect => flag
    })

  /** What is wrong with a row's arguments. */
  val flaw: Option[Attribute] = flawed.map(_.toAttribute)

  val plan: LogicalPlan = {
    val added = places.collect { case Left(alias) => alias } ++ flawed ++ needed
    if (added.isEmpty) node.child else Project(node.child.output ++ added, node.child)
  }

  /** A column that a block takes as the model does: no cast, or one that loses nothing. */
  private def isDirect(column: Attribute, intake: Intake): Boolean = intake.conversion match {
    case _ if intake.nulls == NullRule.Refused => false
    case Conversion.AsIs => BlockFeature.kinds.contains(column.dataType)
    case Conversion.Widened(to) =>
      BlockFeature.kinds.contains(column.dataType) && BlockInputs.isLossless(column.dataType, to)
    case _ => false
  }

  /** What nobody reads need not be computed. */
  private def taken(value: Expression, isText: Option[Boolean]): Expression = isText match {
    case None => Literal(0.0)
    case Some(true) if value.dataType == NullType => Literal.create(null, StringType)
    case Some(false) if value.dataType == NullType => Literal.create(null, DoubleType)
    case _ => value
  }
}

private object BlockInputs {

  /** Whether a number cast to a type and then made a double is the same as made a double at once. */
  def isLossless(from: DataType, to: DataType): Boolean = (from, to) match {
    case (_, DoubleType) => true
    case (BooleanType | ByteType | ShortType, FloatType | LongType | IntegerType) => true
    case (IntegerType, LongType) => true
    case _ => from == to
  }
}
