// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.plan.Predict
import org.apache.spark.sql.catalyst.expressions.{
  Exists,
  Expression,
  InSubquery,
  LambdaFunction,
  NamedLambdaVariable,
  OuterReference
}
import org.apache.spark.sql.catalyst.plans.InnerLike
import org.apache.spark.sql.catalyst.plans.logical.{Filter, Join, LogicalPlan}
import org.apache.spark.sql.catalyst.trees.CurrentOrigin

/** Refuses the places where a call cannot be scored as a column of its rows. */
object PredictChecks extends (LogicalPlan => Unit) {
  override def apply(plan: LogicalPlan): Unit = plan.foreach { operator =>
    operator match {
      case join: Join if !join.joinType.isInstanceOf[InnerLike] => checkOuterJoin(join)
      case _ =>
    }
    operator.expressions.foreach(_.foreach {
      case lambda: LambdaFunction => checkLambda(lambda)
      case exists: Exists => checkCorrelation(exists.plan)
      case in: InSubquery => checkCorrelation(in.query.plan)
      case _ =>
    })
  }

  private def checkOuterJoin(join: Join): Unit =
    join.condition.toSeq.flatMap(calls).foreach { call =>
      val oneSide = join.children.exists(side => call.references.subsetOf(side.outputSet))
      if (!oneSide) refuse(call, PredictErrors.inOuterJoin(call.sql, join.joinType.sql))
    }

  private def checkLambda(lambda: LambdaFunction): Unit =
    calls(lambda)
      .filter(_.exists(_.isInstanceOf[NamedLambdaVariable]))
      .foreach(call => refuse(call, PredictErrors.inLambda(call.sql)))

  /** EXISTS and IN become semi joins, whose condition takes in what mixes both queries' columns. */
  private def checkCorrelation(subquery: LogicalPlan): Unit = subquery.foreach {
    case filter: Filter =>
      calls(filter.condition)
        .filter(call => call.exists(_.isInstanceOf[OuterReference]) && call.references.nonEmpty)
        .foreach(call => refuse(call, PredictErrors.acrossSubquery(call.sql)))
    case _ =>
  }

  private def refuse(call: Predict, error: => Exception): Unit =
    CurrentOrigin.withOrigin(call.origin)(throw error)

  private def calls(expression: Expression): Seq[Predict] =
    expression.collect { case call: Predict => call }
}
