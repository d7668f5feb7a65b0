// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.Attribute
import org.apache.spark.sql.vectorized.ColumnarBatch

/** What one task does, sent to it without the plan. */
final class ScoreTask(
    scoring: BatchScoring,
    features: Array[FeatureColumn],
    guardAt: Int,
    flawAt: Int,
    input: Seq[Attribute],
    kept: Seq[Attribute],
    keptAt: Array[Int],
    answers: Seq[Attribute],
    badRows: BadRows,
    metrics: ScoreMetrics
) extends Serializable {
  def columns(batches: Iterator[ColumnarBatch]): Iterator[ColumnarBatch] =
    new ColumnScoring(batches, open(), keptAt, answers.map(_.dataType), badRows, metrics)

  def rows(rows: Iterator[InternalRow]): Iterator[InternalRow] =
    new RowScoring(rows, open(), input, kept, answers, badRows, metrics)

  private def open(): BlockScores =
    new BlockScores(features, guardAt, flawAt, scoring, metrics)
}
