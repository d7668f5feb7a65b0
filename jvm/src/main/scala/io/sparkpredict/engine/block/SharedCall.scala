// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.plan.{Predict, PredictNode}
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan

/** Nodes that one evaluation serves: of the same model, with the same arguments and conditions, they
  * differ only in what they make of its answer.
  *
  * @param nodes
  *   the uppermost first
  * @param columns
  *   the columns of the model's answer that they need together
  * @param scoring
  *   scores these columns
  */
final case class SharedCall(nodes: Seq[PredictNode], columns: Seq[Int], scoring: BatchScoring) {

  /** The lowest: what it reads is there for all of them. */
  def node: PredictNode = nodes.last

  /** How its model is scored here. */
  def model: BlockModel = SharedCall.model(node)

  /** Where its features are. */
  lazy val inputs: BlockInputs = new BlockInputs(node, model)
}

object SharedCall {

  /** A node that is scored here, with those below it that can share its evaluation. */
  def of(node: PredictNode): SharedCall = {
    val needed = model(node).answer.columns
    val alone = SharedCall(Seq(node), needed, model(node).scoring(needed).get)
    gathered(node).child match {
      case below: PredictNode if isSame(node.call, below.call) =>
        val rest = of(below)
        val columns = (alone.columns ++ rest.columns).distinct
        model(node)
          .scoring(columns)
          .fold(alone)(SharedCall(node +: rest.nodes, columns, _))
      case _ => alone
    }
  }

  /** The node right above those that ask the same, past nodes that do not read what these give. */
  private def gathered(node: PredictNode): PredictNode = {
    val below = chain(node.child).toVector
    val alike = below.indices.filter(at => isSame(node.call, below(at).call))
    val others = below.indices.diff(alike)
    val raised = alike.filterNot { at =>
      others.exists(k => k < at && below(k).call.references.contains(below(at).result))
    }
    if (raised.isEmpty) node
    else {
      val rest = stacked(below.indices.diff(raised).map(below), below.last.child)
      node.copy(child = stacked(raised.map(below), rest))
    }
  }

  private def chain(plan: LogicalPlan): List[PredictNode] = plan match {
    case node: PredictNode => node :: chain(node.child)
    case _ => Nil
  }

  private def stacked(nodes: Seq[PredictNode], plan: LogicalPlan): LogicalPlan =
    nodes.foldRight(plan)((node, child) => node.copy(child = child))

  private def model(node: PredictNode): BlockModel = node.call.model.inJvm.get

  private def isSame(one: Predict, other: Predict): Boolean = {
    val (ours, theirs) = (one.model.binding, other.model.binding)
    other.model.engine == one.model.engine && ours.artifact == theirs.artifact &&
    ours.options.onError == theirs.options.onError && one.intakes == other.intakes &&
    areEqual(one.inputs, other.inputs) && areEqual(one.guard.toSeq, other.guard.toSeq)
  }

  private def areEqual(ours: Seq[Expression], theirs: Seq[Expression]): Boolean =
    ours.size == theirs.size && ours.zip(theirs).forall { case (a, b) => a.semanticEquals(b) }
}
