// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.plan.{Conversion, Predict}
import org.apache.spark.sql.catalyst.expressions.{Attribute, Expression}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.types.DataType

/** A bound model as an engine of the JVM scores it. */
trait BlockModel {
  def engine: String

  /** How it is scored, for a plan and for `info()`. */
  def label: String

  /** What the binding asks for, made of columns of the model's answer. */
  def answer: BlockAnswer

  /** The type of a column of the model's answer. */
  def columnType(column: Int): DataType

  /** Scores these columns; None where it does not agree with the Python model in them. */
  def scoring(columns: Seq[Int]): Option[BatchScoring]

  /** Why the engine does not take this call; None where it does. */
  def refuses(call: Predict): Option[String]

  /** Whether an argument can be read from a column of this type as it is.
    *
    * @param at
    *   place of the argument
    */
  def takes(at: Int, kind: DataType, conversion: Conversion): Boolean

  /** An argument's value as the block reads it: what nobody reads need not be computed. */
  def taken(at: Int, value: Expression): Expression

  /** A plan for the columns without the block operator; None where the model needs that.
    *
    * @param kept
    *   what passes through
    * @param columns
    *   names and ids of the columns to make
    * @param error
    *   the column for the text of a bad row, where that is captured
    * @param later
    *   plans what is below
    */
  def inline(
      shared: SharedCall,
      kept: Seq[Attribute],
      columns: Seq[(Int, Attribute)],
      error: Option[Attribute],
      later: LogicalPlan => SparkPlan
  ): Option[SparkPlan]
}
