// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.plan.{Conversion, Intake, ModelInputs, NullRule, PredictNode}
import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project}
import org.apache.spark.sql.types.{
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  ShortType
}

/** Where the block operator finds a node's features: in columns of the node's child as they are,
  * else in columns of a Project above the child.
  */
final class BlockInputs(node: PredictNode, model: BlockModel) {
  private val call = node.call
  private val inputs = ModelInputs.of(call)

  private val places: Seq[Either[Alias, Attribute]] =
    call.inputs.indices.map { at =>
      (call.inputs(at), call.intakes(at)) match {
        case (plain: Attribute, intake) if isDirect(at, plain, intake) => Right(plain)
        case (_, intake) => Left(Alias(model.taken(at, inputs.values(at)), intake.name)())
      }
    }
  private val areDirect = places.forall(_.isRight) && inputs.flaw.isEmpty
  private val needed = if (areDirect) None else inputs.needed.map(Alias(_, "needed")())
  private val flawed = inputs.flaw.map(Alias(_, "flaw")())

  val features: Seq[BlockFeature] = places.zip(call.intakes).map { case (place, intake) =>
    val unscored = place.isRight && intake.nulls == NullRule.Unscored
    // there is no number that a whole array could be
    val whole = place.isRight && intake.conversion == Conversion.Tensor
    BlockFeature(intake.name, place.fold(_.toAttribute, identity), unscored || whole, unscored)
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
  private def isDirect(at: Int, column: Attribute, intake: Intake): Boolean =
    intake.nulls != NullRule.Refused && model.takes(at, column.dataType, intake.conversion)
}

object BlockInputs {

  /** Whether a number cast to a type and then made a double is the same as made a double at once. */
  def isLossless(from: DataType, to: DataType): Boolean = (from, to) match {
    case (_, DoubleType) => true
    case (BooleanType | ByteType | ShortType, FloatType | LongType | IntegerType) => true
    case (IntegerType, LongType) => true
    case _ => from == to
  }
}
