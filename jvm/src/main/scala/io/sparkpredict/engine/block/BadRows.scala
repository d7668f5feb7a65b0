// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.{BoundModel, ErrorPolicy, ScoreCount, ScoreCounts}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.DataType

/** For error texts, and what is done about bad rows.
  *
  * @param counts
  *   of rows, for each binding
  */
final case class RowErrors(
    alias: String,
    digest: String,
    policy: ErrorPolicy,
    counts: Seq[ScoreCount]
) {

  /** How a plan names the model. */
  def label(engine: String): String = s"'$alias' ${digest.take(12)} engine=$engine"
}

object RowErrors {

  /** @param models
    *   bindings of one model, of which the last is named
    */
  def of(models: Seq[BoundModel]): RowErrors = RowErrors(
    models.last.alias,
    models.last.binding.digest,
    models.last.binding.options.onError,
    models.flatMap(ScoreCounts.of(_)).distinct
  )
}

/** What becomes of a row that cannot be scored.
  *
  * @param features
  *   name, place and type of each among the operator's input
  */
final case class BadRows(errors: RowErrors, features: Seq[(String, Int, DataType)]) {
  def endQuery: Boolean = errors.policy == ErrorPolicy.Fail

  def captured: Boolean = errors.policy == ErrorPolicy.Capture

  /** Counts the rows of a block, and the bad ones; or ends the query with the values of the first. */
  def handle(
      scores: BlockScores,
      count: Int,
      metrics: ScoreMetrics,
      row: Int => InternalRow
  ): Unit = {
    errors.counts.foreach(_.rows.add(count.toLong))
    val first = scores.firstBadRow(count)
    if (first >= 0) {
      if (endQuery) fail(scores.flaw(first), row(first), scores.isArgumentFlaw(first))
      val bad = (first until count).count(scores.flaw(_) != null).toLong
      errors.counts.foreach(_.bad.add(bad))
      metrics.bad(bad)
    }
  }

  /** Ends the query with the values of a row. */
  def fail(cause: String, row: InternalRow, inArguments: Boolean): Nothing = {
    val shown = RowText.of(features, row, if (inArguments) Some(cause) else None)
    // the sentence that it stands in has a full stop of its own
    throw PredictErrors.badRow(errors.alias, errors.digest.take(12), cause.stripSuffix("."), shown)
  }
}
