// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.compiled.CompiledAnswer.Columns
import org.apache.spark.sql.catalyst.expressions.Expression

/** How an answer is made of a plan's columns.
  *
  * @param columns
  *   the columns that it needs
  * @param of
  *   the answer, of the type that the python engine gives, from those columns; NULL where they are
  */
final case class CompiledAnswer(columns: Seq[Int], of: Columns => Expression)

object CompiledAnswer {

  /** Columns of a plan, by number, as a query has them. */
  type Columns = Int => Expression

  /** The answer, or why there is none. */
  type Made = Either[String, CompiledAnswer]
}
