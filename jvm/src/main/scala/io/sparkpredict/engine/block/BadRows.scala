// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.ErrorPolicy
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.DataType
import org.apache.spark.util.LongAccumulator

/** What becomes of a row that cannot be scored.
  *
  * @param count
  *   counts them for the binding, where they do not end the query
  * @param features
  *   name, place and type of each among the operator's input
  */
final case class BadRows(
    alias: String,
    digest: String,
    policy: ErrorPolicy,
    count: Option[LongAccumulator],
    features: Seq[(String, Int, DataType)]
) {
  def endQuery: Boolean = policy == ErrorPolicy.Fail

  def captured: Boolean = policy == ErrorPolicy.Capture

  def found(rows: Long): Unit = count.foreach(_.add(rows))

  /** Ends the query with the row's values. */
  def fail(cause: String, row: InternalRow, inArguments: Boolean): Nothing = {
    val shown = RowText.of(features, row, if (inArguments) Some(cause) else None)
    throw PredictErrors.badRow(alias, digest.take(12), cause, shown)
  }
}
