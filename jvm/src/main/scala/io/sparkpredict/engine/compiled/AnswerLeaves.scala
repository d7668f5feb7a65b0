// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.BlockAnswer
import io.sparkpredict.engine.block.BlockAnswer.Made
import org.apache.spark.sql.catalyst.expressions.{
  CreateArray,
  EqualTo,
  Expression,
  GetArrayItem,
  If,
  IsNull,
  Literal
}
import org.apache.spark.sql.catalyst.util.GenericArrayData
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{
  ArrayType,
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  IntegerType,
  LongType,
  ShortType,
  StringType
}
import org.apache.spark.unsafe.types.UTF8String

/** One output of a plan as one value of a type: what the worker's leaves make of the same answer. */
object AnswerLeaves {

  /** @param carried
    *   the type that the python engine gives
    * @param declared
    *   what it is cast to later
    */
  def of(output: PlanOutput, carried: DataType, declared: DataType): Made =
    (carried, output.labels) match {
      case (ArrayType(DoubleType, _), None) if output.isArray => row(output, declared)
      case (_, _) if output.isArray => unfit(output, carried)
      case (DoubleType, None) => number(output.columns.head, declared)
      case (_, None) => unfit(output, carried)
      case (kind, Some(labels)) => label(output.columns.head, labels, kind)
    }

  private def unfit(output: PlanOutput, carried: DataType): Made = {
    val form = output.labels.fold(if (output.isArray) "an array" else "a number")(_ => "a label")
    Left(s"its answer, $form, is not made ${carried.sql} here")
  }

  private def number(column: Int, declared: DataType): Made =
    Right(BlockAnswer(Seq(column), columns => whole(columns(column), declared)))

  private def row(output: PlanOutput, declared: DataType): Made = {
    val element = declared match {
      case ArrayType(kind, _) => kind
      case other => other
    }
    Right(
      BlockAnswer(
        output.columns.distinct,
        columns => array(output.columns.map(columns), whole(_, element))
      )
    )
  }

  /** The columns of a row as an array; NULL where they are. */
  def array(columns: Seq[Expression], each: Expression => Expression = identity): Expression = {
    val made = new CreateArray(columns.map(each), false)
    If(IsNull(columns.head), Literal.create(null, made.dataType), made)
  }

  /** Spark's cast takes 2^63 for 2^63 - 1, under ANSI too; the next double it does refuse. */
  def whole(value: Expression, declared: DataType): Expression = declared match {
    case ByteType | ShortType | IntegerType | LongType =>
      val end = math.pow(2.0, 63.0)
      If(EqualTo(value, Literal(end)), Literal(Math.nextUp(end)), value)
    case _ => value
  }

  private def label(column: Int, labels: PlanLabels, kind: DataType): Made = {
    val values: Option[Seq[Any]] = (labels, kind) match {
      case (PlanLabels.Whole(all), DoubleType) => Some(all.map(_.toDouble))
      case (PlanLabels.Number(all), DoubleType) => Some(all)
      case (PlanLabels.Truth(all), DoubleType) => Some(all.map(if (_) 1.0 else 0.0))
      case (PlanLabels.Whole(all), LongType) => Some(all)
      case (PlanLabels.Truth(all), LongType) => Some(all.map(if (_) 1L else 0L))
      case (PlanLabels.Text(all), StringType) => Some(all.map(UTF8String.fromString))
      case (PlanLabels.Whole(all), StringType) =>
        Some(all.map(one => UTF8String.fromString(one.toString)))
      case (PlanLabels.Truth(all), BooleanType) => Some(all)
      case (PlanLabels.Whole(all), BooleanType) if all.forall(v => v == 0 || v == 1) =>
        Some(all.map(_ == 1))
      case _ => None
    }
    values match {
      case Some(all) => Right(BlockAnswer(Seq(column), c => item(all, kind, c(column))))
      case None => Left(s"its labels are not made ${kind.sql} here")
    }
  }

  /** Of a list the item at a place, which comes as a double. */
  def item(values: Seq[Any], kind: DataType, place: Expression): Expression =
    at(Literal.create(new GenericArrayData(values), new ArrayType(kind, false)), place)

  def at(array: Expression, place: Expression): Expression =
    new GetArrayItem(array, Compat.strictCast(place, IntegerType, attempt = true), false)
}
