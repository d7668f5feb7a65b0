// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.{RowErrors, ScoreBlocksExec}
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
import org.apache.spark.sql.types.{DataType, DoubleType, StringType, StructType}

/** Plans each node that the compiled engine scores: columns of numbers, and above them a Project that
  * makes the answer of these. The numbers are expressions in a Project where the model is plain
  * arithmetic, else the block operator adds them; what the model takes unchanged, that reads from the
  * child itself, and what has to be computed first stands in a Project below.
  */
object PlanCompiled extends SparkStrategy {
  override def apply(plan: LogicalPlan): Seq[SparkPlan] = plan match {
    case Project(list, node: PredictNode) if isCompiled(node) =>
      Seq(ProjectExec(list, scored(node, AttributeSet(list.flatMap(_.references)))))
    case node: PredictNode if isCompiled(node) => Seq(scored(node, node.child.outputSet))
    case _ => Nil
  }

  private def isCompiled(node: PredictNode): Boolean = node.call.model.compiled.isDefined

  private def scored(node: PredictNode, wanted: AttributeSet): SparkPlan = {
    val compiled = node.call.model.compiled.get
    val kept = node.child.output.filter(wanted.contains)
    val answers = compiled.answer.columns.map { column =>
      column -> AttributeReference(s"column_$column", DoubleType, nullable = true)()
    }
    ArithmeticScores.of(node) match {
      case Some(scores) =>
        val made = named(node, compiled.answer.of(answers.toMap))
        ProjectExec(kept :+ made, scores.plan(kept, answers, planLater(node.child)))
      case None => inBlocks(node, compiled, kept, answers)
    }
  }

  private def inBlocks(
      node: PredictNode,
      compiled: CompiledModel,
      kept: Seq[Attribute],
      answers: Seq[(Int, Attribute)]
  ): SparkPlan = {
    val model = node.call.model
    val inputs = new BlockInputs(node)
    val error =
      if (model.binding.options.onError == ErrorPolicy.Capture)
        Some(AttributeReference("error", StringType, nullable = true)())
      else None
    val operator = ScoreBlocksExec(
      compiled.scoring,
      inputs.features,
      kept,
      inputs.guard,
      inputs.flaw,
      answers.map(_._2) ++ error,
      RowErrors.of(model),
      planLater(inputs.plan)
    )
    val made = carried(compiled.answer.of(answers.toMap), error, node.result.dataType)
    ProjectExec(kept :+ named(node, made), operator)
  }

  private def named(node: PredictNode, made: Expression): Alias =
    Alias(made, node.result.name)(exprId = node.result.exprId)

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
