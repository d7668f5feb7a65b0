// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.sql.catalyst.expressions.Attribute
import org.apache.spark.sql.types.{
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  ShortType,
  StringType
}

/** One of a model's inputs in a plan.
  *
  * @param nullUnscored
  *   whether a row with a NULL here is not scored; else the NULL is a NaN
  */
final case class BlockFeature(name: String, attribute: Attribute, nullUnscored: Boolean) {
  def column(ordinal: Attribute => Int): FeatureColumn =
    new FeatureColumn(ordinal(attribute), BlockFeature.kinds(attribute.dataType), nullUnscored)
}

object BlockFeature {

  /** The types that a block takes without a cast. */
  val kinds: Map[DataType, FeatureColumn.Kind] = Map(
    BooleanType -> FeatureColumn.Kind.BOOLEAN,
    ByteType -> FeatureColumn.Kind.BYTE,
    ShortType -> FeatureColumn.Kind.SHORT,
    IntegerType -> FeatureColumn.Kind.INT,
    LongType -> FeatureColumn.Kind.LONG,
    FloatType -> FeatureColumn.Kind.FLOAT,
    DoubleType -> FeatureColumn.Kind.DOUBLE,
    StringType -> FeatureColumn.Kind.STRING
  )
}
