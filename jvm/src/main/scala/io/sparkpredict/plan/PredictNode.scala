// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Attribute, AttributeSet}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, UnaryNode}

/** Scores each row of its child once and adds the score as a column.
  *
  * @param call
  *   the call; its inputs are attributes of the child or literals
  * @param result
  *   the added column, of the type that the engine gives
  */
final case class PredictNode(call: Predict, result: Attribute, child: LogicalPlan)
    extends UnaryNode {
  override def output: Seq[Attribute] = child.output :+ result

  override def producedAttributes: AttributeSet = AttributeSet(result)

  override def maxRows: Option[Long] = child.maxRows

  override protected def withNewChildInternal(newChild: LogicalPlan): PredictNode =
    copy(child = newChild)
}
