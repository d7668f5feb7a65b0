// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression}
import org.apache.spark.sql.catalyst.plans.logical.{Filter, LogicalPlan, Project, SubqueryAlias}

/** Finds the score of an equal call that the plan below already makes.
  *
  * Looks through operators that keep each row's values: Filter, Project, other PredictNodes. Gives
  * the plan with that score among its output.
  */
object PredictReuse {
  def apply(plan: LogicalPlan, call: Predict): Option[(LogicalPlan, Attribute)] =
    if (call.deterministic) find(plan, call) else None

  private def find(plan: LogicalPlan, call: Predict): Option[(LogicalPlan, Attribute)] =
    plan match {
      case node: PredictNode if written(node).semanticEquals(call) => Some((node, node.result))
      case node: PredictNode => through(node, call)
      case filter: Filter => through(filter, call)
      case alias: SubqueryAlias => through(alias, call)
      case project: Project => throughProject(project, call)
      case _ => None
    }

  private def through(plan: LogicalPlan, call: Predict): Option[(LogicalPlan, Attribute)] =
    find(plan.children.head, call).map { case (child, score) =>
      (plan.withNewChildren(Seq(child)), score)
    }

  private def throughProject(project: Project, call: Predict) = {
    val below = substituted(call, project)
    if (!below.references.subsetOf(project.child.outputSet)) None
    else {
      find(project.child, below).map { case (child, score) =>
        val list =
          if (project.outputSet.contains(score)) project.projectList
          else project.projectList :+ score
        (Project(list, child), score)
      }
    }
  }

  /** The node's call as the query wrote it: its computed arguments stand in the Project below. */
  private def written(node: PredictNode): Predict = node.child match {
    case project: Project => substituted(node.call, project)
    case _ => node.call
  }

  private def substituted(call: Predict, project: Project): Predict = {
    val definitions: Map[Long, Expression] = project.projectList.collect {
      case alias: Alias if alias.deterministic => alias.exprId.id -> alias.child
    }.toMap
    call.transform { case attribute: Attribute =>
      definitions.getOrElse(attribute.exprId.id, attribute)
    } match {
      case changed: Predict => changed
      case _ => call
    }
  }
}
