// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.sql.catalyst.expressions.Attribute
import org.apache.spark.sql.types.{
  ArrayType,
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
  * @param nullInsideUnscored
  *   the same for a NULL in an array
  */
final case class BlockFeature(
    name: String,
    attribute: Attribute,
    nullUnscored: Boolean,
    nullInsideUnscored: Boolean
) {
  def column(ordinal: Attribute => Int): FeatureColumn = {
    val (depth, leaf) = BlockFeature.nested(attribute.dataType)
    new FeatureColumn(
      name,
      ordinal(attribute),
      BlockFeature.kinds(leaf),
      depth,
      nullUnscored,
      nullInsideUnscored
    )
  }
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

  /** How many arrays a type has around its elements, and the type of these. */
  def nested(kind: DataType): (Int, DataType) = kind match {
    case ArrayType(element, _) =>
      val (depth, leaf) = nested(element)
      (depth + 1, leaf)
    case leaf => (0, leaf)
  }
}
