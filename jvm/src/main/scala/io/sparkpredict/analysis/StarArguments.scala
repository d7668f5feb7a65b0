// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import org.apache.spark.sql.catalyst.analysis.{Star, UnresolvedFunction, UnresolvedHaving}
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.plans.logical.{
  Aggregate,
  Filter,
  Join,
  LogicalPlan,
  Project,
  RepartitionByExpression,
  Sort
}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat

/** Expands `PREDICT('m', *)` where Spark does not: in WHERE before Spark 4, and in ORDER BY, HAVING,
  * GROUP BY and ON everywhere.
  *
  * Fires in the Resolution batch; leaves every other function alone, and the SELECT list to Spark.
  * Outside SELECT and WHERE the star stands for what the operator sees, which after ORDER BY is the
  * select list: a `StarClause` then asks the builder to take features by name only.
  */
object StarArguments extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = plan.resolveOperatorsUp {
    case operator if expands(operator) =>
      val mark = clause(operator).map(StarClause(_)).toSeq
      operator.transformExpressionsUp {
        case call: UnresolvedFunction if hasStar(call) =>
          val arguments = call.arguments.flatMap(expanded(operator))
          Compat.withArguments(call, arguments ++ mark)
      }
  }

  private def expands(operator: LogicalPlan): Boolean =
    !operator.isInstanceOf[Project] && operator.childrenResolved &&
      operator.expressions.exists(_.exists(hasStar))

  private def hasStar(expression: Expression): Boolean = expression match {
    case call: UnresolvedFunction =>
      PredictFunction.isNamedBy(call.nameParts) && call.arguments.exists(_.isInstanceOf[Star])
    case _ => false
  }

  private def expanded(operator: LogicalPlan)(argument: Expression): Seq[Expression] =
    argument match {
      case star: Star =>
        val input = if (operator.children.size == 1) operator.children.head else operator
        star.expand(input, SQLConf.get.resolver)
      case other => Seq(other)
    }

  /** How the user knows the operator; None for WHERE, where the star is that of SELECT. */
  private def clause(operator: LogicalPlan): Option[String] = operator match {
    case filter: Filter => if (filter.child.isInstanceOf[Aggregate]) Some("HAVING") else None
    case sort: Sort => Some(if (sort.global) "ORDER BY" else "SORT BY")
    case _: Join => Some("ON")
    case _: UnresolvedHaving => Some("HAVING")
    case _: Aggregate => Some("GROUP BY")
    case _: RepartitionByExpression => Some("DISTRIBUTE BY")
    case other => Some(other.nodeName)
  }
}
