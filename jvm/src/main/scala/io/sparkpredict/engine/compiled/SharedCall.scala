// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.plan.{Predict, PredictNode}
import org.apache.spark.sql.catalyst.expressions.Expression

/** Nodes above one another that one evaluation serves: of the same model, with the same arguments
  * and conditions, they differ only in what they make of its answer.
  *
  * @param nodes
  *   the uppermost first
  * @param columns
  *   the columns of the plan that they need together
  * @param scoring
  *   scores these columns
  */
final case class SharedCall(nodes: Seq[PredictNode], columns: Seq[Int], scoring: CompiledScoring) {

  /** The lowest: what it reads is there for all of them. */
  def node: PredictNode = nodes.last
}

object SharedCall {

  /** A compiled node, with those directly below it that can share its evaluation. */
  def of(node: PredictNode): SharedCall = {
    val alone = SharedCall(Seq(node), model(node).answer.columns, model(node).scoring)
    node.child match {
      case below: PredictNode if isSame(node.call, below.call) =>
        val rest = of(below)
        val columns = (alone.columns ++ rest.columns).distinct
        val binding = node.call.model.binding
        CompiledScoring
          .of(rest.scoring.alias, binding.artifact, columns)
          .fold(_ => alone, SharedCall(node +: rest.nodes, columns, _))
      case _ => alone
    }
  }

  private def model(node: PredictNode): CompiledModel = node.call.model.compiled.get

  private def isSame(one: Predict, other: Predict): Boolean = {
    val (ours, theirs) = (one.model.binding, other.model.binding)
    other.model.compiled.isDefined && ours.artifact == theirs.artifact &&
    ours.options.onError == theirs.options.onError && one.intakes == other.intakes &&
    areEqual(one.inputs, other.inputs) && areEqual(one.guard.toSeq, other.guard.toSeq)
  }

  private def areEqual(ours: Seq[Expression], theirs: Seq[Expression]): Boolean =
    ours.size == theirs.size && ours.zip(theirs).forall { case (a, b) => a.semanticEquals(b) }
}
