// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.model.ErrorPolicy
import io.sparkpredict.plan.PredictNode
import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Attribute,
  AttributeReference,
  AttributeSet,
  CreateNamedStruct,
  Expression,
  GetStructField,
  Literal
}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project}
import org.apache.spark.sql.execution.{ProjectExec, SparkPlan, SparkStrategy}
import org.apache.spark.sql.types.{DataType, StringType, StructType}

/** Plans each node that an engine of the JVM scores, together with those below it that ask the same
  * of the same model: columns of the answer, and above them a Project that makes the answer of these.
  * They are expressions in a Project where the model has some, else the block operator adds them;
  * what the model takes unchanged, that reads from the child itself, and what has to be computed
  * first stands in a Project below.
  */
object PlanBlocks extends SparkStrategy {
  override def apply(plan: LogicalPlan): Seq[SparkPlan] = plan match {
    case Project(list, node: PredictNode) if isHere(node) =>
      Seq(ProjectExec(list, scored(node, AttributeSet(list.flatMap(_.references)))))
    case node: PredictNode if isHere(node) => Seq(scored(node, node.child.outputSet))
    case _ => Nil
  }

  private def isHere(node: PredictNode): Boolean = node.call.model.inJvm.isDefined

  private def scored(upper: PredictNode, wanted: AttributeSet): SparkPlan = {
    val shared = SharedCall.of(upper)
    val child = shared.node.child
    val kept = child.output.filter(wanted.contains)
    val columns = shared.columns.map { column =>
      column -> AttributeReference(
        s"column_$column",
        shared.model.columnType(column),
        nullable = true
      )()
    }
    val error =
      if (upper.call.model.binding.options.onError == ErrorPolicy.Capture)
        Some(AttributeReference("error", StringType, nullable = true)())
      else None
    val made = shared.nodes.reverse
      .filter(node => (node eq upper) || wanted.contains(node.result))
      .map { node =>
        val answer = node.call.model.inJvm.get.answer.of(columns.toMap)
        Alias(carried(answer, error, node.result.dataType), node.result.name)(
          exprId = node.result.exprId
        )
      }
    val added = columns.map(_._2) ++ error
    val plan = shared.model
      .inline(shared, kept, columns, error, planLater)
      .getOrElse(inBlocks(shared, kept, added))
    // in the node's own order: nodes between those that share may have come below all of them
    val all = kept ++ made
    ProjectExec(upper.output.flatMap(column => all.find(_.exprId == column.exprId)), plan)
  }

  private def inBlocks(
      shared: SharedCall,
      kept: Seq[Attribute],
      answers: Seq[Attribute]
  ): SparkPlan = {
    val inputs = shared.inputs
    ScoreBlocksExec(
      shared.scoring,
      inputs.features,
      kept,
      inputs.guard,
      inputs.flaw,
      answers,
      RowErrors.of(shared.nodes.map(_.call.model)),
      planLater(inputs.plan)
    )
  }

  /** With the error beside it, where errors are captured. */
  private def carried(made: Expression, error: Option[Attribute], carrier: DataType): Expression =
    (error, carrier) match {
      case (Some(text), StructType(fields)) =>
        CreateNamedStruct(fields.toSeq.flatMap { field =>
          val value = field.name match {
            case "__error" => text
            case "__value" => made
            case name =>
              val inner = made.dataType.asInstanceOf[StructType]
              GetStructField(made, inner.fieldIndex(name), Some(name))
          }
          Seq(Literal(field.name), value)
        })
      case _ => made
    }
}
