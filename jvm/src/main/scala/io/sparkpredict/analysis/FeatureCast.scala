// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.Feature
import org.apache.spark.sql.catalyst.expressions.{Cast, Expression}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  NullType,
  NumericType,
  ShortType,
  StringType
}

/** Brings an argument to the type that the model's signature states, or refuses it. */
object FeatureCast {
  def apply(alias: String, feature: Feature, value: Expression): Expression =
    feature.dataType match {
      case None => value
      case Some(expected) if value.dataType == expected => value
      case Some(expected) if fits(value.dataType, expected) => cast(value, expected)
      case Some(expected) =>
        throw PredictErrors.argumentType(alias, feature.name, expected, value.dataType)
    }

  /** A number of any kind as the double that an unnamed matrix holds; the rest as it is. */
  def number(value: Expression): Expression = value.dataType match {
    case DoubleType => value
    case _: NumericType | BooleanType | NullType => cast(value, DoubleType)
    case _ => value
  }

  /** Widening, whole numbers among themselves (an overflow is an error), numbers to floating point. */
  private def fits(from: DataType, to: DataType): Boolean = (from, to) match {
    case (NullType, _) => true
    case (_: NumericType | BooleanType, DoubleType | FloatType) => true
    case _ if isWhole(from) && isWhole(to) => true
    case (_, StringType) => from.isInstanceOf[StringType]
    case _ => Cast.canUpCast(from, to)
  }

  private def isWhole(kind: DataType): Boolean = kind match {
    case ByteType | ShortType | IntegerType | LongType => true
    case _ => false
  }

  private def cast(value: Expression, to: DataType): Expression =
    Compat.strictCast(value, to, Some(SQLConf.get.sessionLocalTimeZone), attempt = false)
}
