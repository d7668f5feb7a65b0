// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  And,
  Attribute,
  AttributeReference,
  Expression,
  Literal,
  NamedExpression,
  NamedLambdaVariable,
  OuterReference
}
import org.apache.spark.sql.catalyst.plans.InnerLike
import org.apache.spark.sql.catalyst.plans.logical.{
  Aggregate,
  Filter,
  Join,
  LogicalPlan,
  Project,
  UnaryNode
}
import org.apache.spark.sql.catalyst.rules.Rule

/** Moves each call out of the operator that names it into a `PredictNode` below that operator.
  *
  * Fires once before the optimizer, because an expression that stays in a Project or Filter is
  * copied by pushdown and scored twice; and again before the cost-based rules, for calls that held
  * an outer reference. It leaves alone what cannot move: lambdas and the conditions of outer joins,
  * which `PredictChecks` has refused.
  */
object ExtractPredict extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan =
    plan.transformUpWithSubqueries { case operator if operator.resolved => extract(operator) }

  private def extract(operator: LogicalPlan): LogicalPlan = operator match {
    case node: PredictNode => node
    case aggregate: Aggregate if aggregate.expressions.exists(hasCall) => fromAggregate(aggregate)
    case join: Join if join.condition.exists(hasCall) && join.joinType.isInstanceOf[InnerLike] =>
      fromJoin(join)
    case unary: UnaryNode if unary.expressions.exists(hasCall) => fromUnary(unary)
    case other => other
  }

  private def fromUnary(unary: UnaryNode): LogicalPlan = {
    val (child, replaced) = below(unary.child, unary.expressions)
    val rewritten = unary.withNewChildren(Seq(child)).mapExpressions(replaced)
    withOutput(extract(rewritten), unary.output)
  }

  /** Calls inside an aggregate function or a grouping expression are scored below; a call over
    * aggregates or grouping columns is scored above.
    */
  private def fromAggregate(aggregate: Aggregate): LogicalPlan = {
    val inner = Seq.newBuilder[NamedExpression]
    def fromBelow(expression: Expression): Attribute = {
      val named = expression match {
        case attribute: Attribute => attribute
        case other => Alias(other, other.prettyName)()
      }
      inner += named
      named.toAttribute
    }
    def isGrouping(e: Expression) = aggregate.groupingExpressions.exists(_.semanticEquals(e))
    val outer = aggregate.aggregateExpressions.map { output =>
      val above = output.transformDown {
        case grouping if isGrouping(grouping) => fromBelow(grouping)
        case function: AggregateExpression => fromBelow(function)
      }
      renamed(above, output)
    }
    if (!outer.exists(hasCall)) fromUnary(aggregate)
    else {
      val split = aggregate.copy(aggregateExpressions = inner.result())
      extract(Project(outer, if (split.expressions.exists(hasCall)) fromUnary(split) else split))
    }
  }

  private def renamed(expression: Expression, original: NamedExpression): NamedExpression =
    expression match {
      case named: NamedExpression if named.exprId == original.exprId => named
      case other => Alias(other, original.name)(exprId = original.exprId)
    }

  /** Calls over one side are scored below that side; calls over both become a filter above. */
  private def fromJoin(join: Join): LogicalPlan = {
    val (onePlan, oneSide) = sideOf(join.left, join.condition.toSeq)
    val (otherPlan, otherSide) = sideOf(join.right, join.condition.toSeq)
    val condition = join.condition.map(c => otherSide(oneSide(c)))
    val (after, during) = condition.toSeq.flatMap(conjuncts).partition(hasCall)
    val joined =
      join.copy(left = onePlan, right = otherPlan, condition = during.reduceOption(And(_, _)))
    val filtered = after.reduceOption(And(_, _)).fold[LogicalPlan](joined) { over =>
      extract(Filter(over, joined))
    }
    withOutput(filtered, join.output)
  }

  private def sideOf(side: LogicalPlan, expressions: Seq[Expression]) =
    below(side, expressions, call => call.references.subsetOf(side.outputSet))

  private def conjuncts(expression: Expression): Seq[Expression] = expression match {
    case And(left, right) => conjuncts(left) ++ conjuncts(right)
    case other => Seq(other)
  }

  /** The child with a node for each innermost call, and what puts the scores in the calls' places. */
  private def below(
      child: LogicalPlan,
      expressions: Seq[Expression],
      wanted: Predict => Boolean = _ => true
  ): (LogicalPlan, Expression => Expression) = {
    val calls = expressions
      .flatMap(_.collect { case call: Predict if ready(call) && wanted(call) => call })
      .filterNot(_.inputs.exists(hasCall))
      .foldLeft(Vector.empty[Predict]) { (found, call) =>
        if (found.exists(same(_, call))) found else found :+ call
      }
    val (plan, scores) = calls.foldLeft((child, Vector.empty[Expression])) {
      case ((plan, scores), call) =>
        val (next, result) = placed(plan, call)
        (next, scores :+ DeclaredType.convert(result, call))
    }
    val replaced = (expression: Expression) =>
      expression.transformDown { case call: Predict =>
        calls.indexWhere(same(_, call)) match {
          case -1 => call
          case index => scores(index)
        }
      }
    (plan, replaced)
  }

  private def placed(child: LogicalPlan, call: Predict): (LogicalPlan, Attribute) =
    PredictReuse(child, call).getOrElse {
      val aliases = call.inputs.map {
        case plain @ (_: Attribute | _: Literal) => Left(plain)
        case computed => Right(Alias(computed, "argument")())
      }
      val added = aliases.collect { case Right(alias) => alias }
      val plan = if (added.isEmpty) child else Project(child.output ++ added, child)
      val inputs = aliases.map(_.fold(identity, _.toAttribute))
      val name = s"predict_${call.model.alias}"
      val result = AttributeReference(name, call.model.carrierType, nullable = true)()
      (PredictNode(call.copy(inputs = inputs), result, plan), result)
    }

  private def withOutput(plan: LogicalPlan, output: Seq[Attribute]): LogicalPlan =
    if (plan.output.map(_.exprId) == output.map(_.exprId)) plan else Project(output, plan)

  private def hasCall(expression: Expression): Boolean = expression.exists {
    case call: Predict => ready(call)
    case _ => false
  }

  /** Spark must decorrelate first: it knows no PredictNode. A lambda's variable has no row at all. */
  private def ready(call: Predict): Boolean = call.resolved && !call.exists {
    case _: OuterReference | _: NamedLambdaVariable => true
    case _ => false
  }

  /** A nondeterministic call equals only itself. */
  private def same(one: Predict, other: Predict): Boolean =
    (one eq other) || (one.deterministic && one.semanticEquals(other))
}
