// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Attribute, Expression, OuterReference}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, UnaryNode}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.sparkpredict.Compat

/** An operator whose calls were extracted, which for Spark's cache is still what the query wrote.
  *
  * The cache compares canonical plans: this node's is the one of the operator before the extraction.
  * `OptimizePredict` takes the node away.
  *
  * @param written
  *   the operator with its calls, and all that is below it as it was written
  */
final case class AsWritten(written: LogicalPlan, child: LogicalPlan) extends UnaryNode {
  override def output: Seq[Attribute] = child.output

  override def maxRows: Option[Long] = child.maxRows

  override protected def doCanonicalize(): LogicalPlan = written.canonicalized

  override protected def stringArgs: Iterator[Any] = Iterator.empty

  /** A subquery is made canonical by changing its references to the outer query, also these here. */
  override def mapExpressions(f: Expression => Expression): this.type = {
    val mapped = written.transformDown { case operator =>
      operator.transformExpressions { case outer: OuterReference =>
        f(outer) match {
          case changed: OuterReference => changed
          case _ => outer
        }
      }
    }
    (if (mapped fastEquals written) this else copy(written = mapped)).asInstanceOf[this.type]
  }

  /** With other columns it is not what the query wrote any more. */
  override protected def withNewChildInternal(newChild: LogicalPlan): AsWritten =
    if (newChild.output.map(_.exprId) == output.map(_.exprId)) copy(child = newChild)
    else AsWritten(newChild, newChild)
}

/** `ExtractPredict` for Spark 3.4 and 3.5, which normalize plans but not all that they cache: CACHE
  * TABLE and `unpersist()` come with the analysed plan. With each operator as it was written, plans
  * before and after the extraction are the same to the cache.
  *
  * `cache()` comes with the extracted plan and has it analysed again, where Spark's checks would
  * refuse a node of ours above a correlated filter: the plan is marked as analysed, which it is.
  */
object ExtractForCache extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = {
    val extracted = plan.transformUpWithSubqueries {
      case operator if operator.resolved => kept(operator, ExtractPredict.extract(operator))
    }
    if (plan.analyzed) Compat.markAnalysed(extracted)
    extracted
  }

  private def kept(operator: LogicalPlan, extracted: LogicalPlan): LogicalPlan =
    if (extracted eq operator) operator
    else AsWritten(operator.transformDown { case below: AsWritten => below.written }, extracted)
}
