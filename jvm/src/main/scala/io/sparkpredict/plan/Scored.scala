// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Attribute,
  AttributeReference,
  Expression,
  If,
  Literal
}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project}

/** A plan with a node for each of some calls, and what puts the scores in the calls' places. */
final case class Scored(plan: LogicalPlan, scores: Map[CallIdentity, Expression]) {
  def replace(expression: Expression): Expression = expression.transformDown { case call: Predict =>
    scores.getOrElse(new CallIdentity(call), call)
  }
}

object Scored {
  def apply(child: LogicalPlan, calls: Seq[GuardedCall]): Scored = {
    // the calls differ from one another, so only the child may hold a score of theirs
    val made = MadeScores.of(child)
    calls.foldLeft(Scored(child, Map.empty[CallIdentity, Expression])) { (scored, call) =>
      val (plan, score) = Some(scored.plan)
        .filter(_ => made.mayHold(call.call))
        .flatMap(PredictReuse.declared(_, call))
        .getOrElse(placed(scored.plan, call))
      Scored(plan, scored.scores + (new CallIdentity(call.call) -> score))
    }
  }

  /** The node's inputs are attributes or literals: what is computed stands in a Project below it,
    * and the guard in one below that, so that an argument which fails does so for scored rows only.
    */
  private def placed(child: LogicalPlan, guarded: GuardedCall): (LogicalPlan, Expression) = {
    val call = guarded.call
    val flag = guarded.guard.map(Alias(_, "needed")())
    val flagged = withColumns(child, flag.toSeq)
    val inputs = call.inputs.map {
      case plain @ (_: Attribute | _: Literal) => Left(plain)
      case computed => Right(Alias(where(flag.map(_.toAttribute), computed), "argument")())
    }
    val plan = withColumns(flagged, inputs.collect { case Right(alias) => alias })
    val name = s"predict_${call.model.alias}"
    val result = AttributeReference(name, call.model.carrierType, nullable = true)()
    val placed = call.copy(
      inputs = inputs.map(_.fold(identity, _.toAttribute)),
      guard = flag.map(_.toAttribute)
    )
    val node = PredictNode(placed, result, plan)
    (node, DeclaredType.of(node))
  }

  private def where(flag: Option[Attribute], value: Expression): Expression =
    flag.fold(value)(If(_, value, Literal.create(null, value.dataType)))

  private def withColumns(plan: LogicalPlan, added: Seq[Alias]): LogicalPlan =
    if (added.isEmpty) plan else Project(plan.output ++ added, plan)
}
