// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, SortOrder}
import org.apache.spark.sql.catalyst.plans.logical.{
  GlobalLimit,
  LocalLimit,
  LogicalPlan,
  Project,
  Sort
}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.sparkpredict.Compat

/** A global sort runs what is below it twice: once to draw a sample that cuts the ranges.
  *
  * Fires among the operator optimizations. A sort that does not need the score goes below the node,
  * together with the limit above it, so that `ORDER BY id LIMIT 10` scores ten rows. A sort by the
  * score gets an exchange between itself and the node, which keeps the scores for the second run. A
  * sort under a limit stays where it is: Spark plans these two as one, without a sample.
  */
object ScoreAfterSort extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = plan match {
    case stream if stream.isStreaming => stream
    case limit: GlobalLimit => limited(limit)
    case sort: Sort if sort.global =>
      (below(sort, sort), exchanged(sort)) match {
        case (Some(sorted), _) => inside(sorted)
        case (None, Some(kept)) => inside(kept)
        case _ => inside(sort)
      }
    case other => inside(other)
  }

  private def inside(plan: LogicalPlan): LogicalPlan = plan.mapChildren(apply)

  /** The limit and its sort go together or not at all. */
  private def limited(limit: GlobalLimit): LogicalPlan = limit.child match {
    case local: LocalLimit =>
      sortOf(local.child).flatMap(below(limit, _)).getOrElse(skipSort(limit))
    case _ => skipSort(limit)
  }

  private def sortOf(plan: LogicalPlan): Option[Sort] = plan match {
    case sort: Sort if sort.global => Some(sort)
    case _ => None
  }

  /** Leaves alone a sort that only limits, offsets and projections part from a limit. */
  private def skipSort(plan: LogicalPlan): LogicalPlan = plan match {
    case sort: Sort => inside(sort)
    case single if single.children.size == 1 && !single.isInstanceOf[PredictNode] =>
      single.mapChildren(skipSort)
    case other => inside(other)
  }

  /** `whole`, which is the sort or the limit above it, moved below the node under the sort. */
  private def below(whole: LogicalPlan, sort: Sort): Option[LogicalPlan] = sort.child match {
    case project: Project =>
      project.child match {
        case node: PredictNode if project.projectList.forall(_.deterministic) =>
          moved(whole, sort, sort.order.map(order => substituted(order, project)), node)
            .map(scored => project.withNewChildren(Seq(scored)))
        case _ => None
      }
    case node: PredictNode => moved(whole, sort, sort.order, node)
    case _ => None
  }

  private def moved(
      whole: LogicalPlan,
      sort: Sort,
      order: Seq[Expression],
      node: PredictNode
  ): Option[LogicalPlan] =
    if (!order.forall(_.references.subsetOf(node.child.outputSet))) None
    else {
      val orders = order.collect { case one: SortOrder => one }
      val sorted = whole.transformDown {
        case same: Sort if same eq sort => Compat.sorted(sort, orders, node.child)
      }
      Some(node.withNewChildren(Seq(sorted)))
    }

  private def substituted(order: Expression, project: Project): Expression = {
    val definitions = project.projectList.collect { case alias: Alias =>
      alias.exprId.id -> alias.child
    }.toMap
    order.transform { case attribute: Attribute =>
      definitions.getOrElse(attribute.exprId.id, attribute)
    }
  }

  private def exchanged(sort: Sort): Option[LogicalPlan] = {
    val scored = sort.child match {
      case _: PredictNode => true
      case project: Project => project.child.isInstanceOf[PredictNode]
      case _ => false
    }
    if (scored) Some(sort.withNewChildren(Seq(Compat.exchanged(sort.child)))) else None
  }
}
