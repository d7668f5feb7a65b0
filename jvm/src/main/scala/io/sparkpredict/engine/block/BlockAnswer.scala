// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.engine.block.BlockAnswer.Columns
import org.apache.spark.sql.catalyst.expressions.Expression

/** How an answer is made of a model's columns.
  *
  * @param columns
  *   the columns that it needs
  * @param of
  *   the answer, of the type that the python engine gives, from those columns; NULL where they are
  */
final case class BlockAnswer(columns: Seq[Int], of: Columns => Expression)

object BlockAnswer {

  /** Columns of a model's answer, by number, as a query has them. */
  type Columns = Int => Expression

  /** The answer, or why there is none. */
  type Made = Either[String, BlockAnswer]
}
