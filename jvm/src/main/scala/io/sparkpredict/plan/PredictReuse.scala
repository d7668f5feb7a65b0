// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, If}
import org.apache.spark.sql.catalyst.plans.logical.{Filter, LogicalPlan, Project, SubqueryAlias}

/** Finds the score of an equal call that the plan below already makes, for all rows that need it.
  *
  * Looks through operators that keep each row's values: Filter, Project, other PredictNodes. Gives
  * the plan with what is wanted of that score among its output; where a Project has it already, the
  * plan stays as it is, so that Spark still finds it in its cache.
  *
  * @param value
  *   what is wanted of a node: its score itself, or its declared type
  */
final class PredictReuse(value: PredictNode => Expression) {
  import PredictReuse.of

  def apply(plan: LogicalPlan, wanted: GuardedCall): Option[(LogicalPlan, Expression)] =
    if (wanted.call.deterministic) find(plan, wanted) else None

  private def find(plan: LogicalPlan, wanted: GuardedCall): Option[(LogicalPlan, Expression)] =
    plan match {
      case node: PredictNode if serves(written(node, wanted), wanted) =>
        Some((node, value(node)))
      case node: PredictNode => through(node, wanted)
      case filter: Filter => through(filter, wanted)
      case alias: SubqueryAlias => through(alias, wanted)
      case kept: AsWritten => through(kept, wanted)
      case project: Project => throughProject(project, wanted)
      case _ => None
    }

  private def serves(made: GuardedCall, wanted: GuardedCall): Boolean =
    made.call.semanticEquals(wanted.call) && (made.alternatives.isEmpty ||
      (wanted.alternatives.nonEmpty && wanted.alternatives.forall { one =>
        made.alternatives.exists(Conditions.imply(one, _))
      }))

  private def through(plan: LogicalPlan, wanted: GuardedCall): Option[(LogicalPlan, Expression)] =
    find(plan.children.head, wanted).map { case (child, score) =>
      (plan.withNewChildren(Seq(child)), score)
    }

  private def throughProject(project: Project, wanted: GuardedCall) = {
    val below = substituted(wanted, project)
    if (!below.call.references.subsetOf(project.child.outputSet)) None
    else {
      find(project.child, below).map { case (child, score) => shown(project, child, score) }
    }
  }

  private def shown(project: Project, child: LogicalPlan, score: Expression) =
    project.projectList.collectFirst {
      case alias: Alias if alias.child.semanticEquals(score) => alias.toAttribute
    } match {
      case Some(column) => (project.withNewChildren(Seq(child)), column)
      case None =>
        val hidden = score.references.filterNot(project.outputSet.contains).toSeq
        (Project(project.projectList ++ hidden, child), score)
    }

  /** The node's call as the query wrote it: its arguments and its guard stand in Projects below. */
  private def written(node: PredictNode, wanted: GuardedCall): GuardedCall = {
    val made = of(node)
    node.child match {
      case arguments: Project =>
        val once = substituted(made, arguments)
        (arguments.child, made.alternatives) match {
          case (guard: Project, Vector(_)) if !serves(once, wanted) => substituted(once, guard)
          case _ => once
        }
      case _ => made
    }
  }

  private def substituted(wanted: GuardedCall, project: Project): GuardedCall = {
    val definitions: Map[Long, Expression] = project.projectList.collect {
      case alias: Alias if alias.deterministic => alias.exprId.id -> alias.child
    }.toMap
    def below(expression: Expression): Expression = expression.transform {
      case attribute: Attribute => definitions.getOrElse(attribute.exprId.id, attribute)
    }
    val inputs = wanted.call.inputs.map(input => unguarded(below(input), wanted.guard))
    GuardedCalls
      .guardedBy(wanted.call.copy(inputs = inputs), wanted.guard.map(below))
      .keeping(_.references.subsetOf(project.child.outputSet))
  }

  /** An argument as it was before it was put under the call's guard. */
  private def unguarded(input: Expression, guard: Option[Expression]): Expression = input match {
    case choice: If if guard.exists(_.semanticEquals(choice.predicate)) => choice.trueValue
    case other => other
  }
}

object PredictReuse {

  /** The score as the engine gives it. */
  val raw: PredictReuse = new PredictReuse(_.result)

  /** The score as the call declares it. */
  val declared: PredictReuse = new PredictReuse(DeclaredType.of(_))

  /** What a node scores, in terms of its child. */
  def of(node: PredictNode): GuardedCall =
    GuardedCalls.guardedBy(node.call.copy(guard = None), node.call.guard)
}
