// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.types.DataType

/** How one argument of a call reaches the model, settled when the call was analysed.
  *
  * @param name
  *   of the feature, or of the query's column where the model knows no features
  */
final case class Intake(name: String, conversion: Conversion, nulls: NullRule)

/** What happens to an argument's type. */
sealed trait Conversion

object Conversion {
  case object AsIs extends Conversion

  /** A cast that every value survives. */
  final case class Widened(to: DataType) extends Conversion

  /** A cast of which some values do not fit: their rows are bad rows. */
  final case class Narrowed(to: DataType) extends Conversion

  /** A Spark ML vector as an array of doubles. */
  case object FromVector extends Conversion

  /** An array, or a vector, in place of so many numbers: of another length it makes a bad row. */
  final case class Row(length: Int) extends Conversion

  /** An array, nested or not, or a vector: its shape and its values are checked in Python. */
  case object Tensor extends Conversion
}

/** What happens to a row where the argument is NULL. */
sealed trait NullRule

object NullRule {

  /** The model gets it, as NaN or None. */
  case object Given extends NullRule

  /** The model does not see the row, its score is NULL. */
  case object Unscored extends NullRule

  /** The row is a bad row. */
  case object Refused extends NullRule
}
