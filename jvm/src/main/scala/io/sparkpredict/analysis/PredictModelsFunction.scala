// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.ModelTable
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.expressions.{Alias, Expression}
import org.apache.spark.sql.catalyst.plans.logical.{
  LocalRelation,
  LogicalPlan,
  OneRowRelation,
  Project
}
import org.apache.spark.sql.sparkpredict.Hooks
import org.apache.spark.sql.{AnalysisException, SparkSession}

/** `SELECT * FROM predict_models()`: the models that this session can name, as they are now. */
object PredictModelsFunction extends (Seq[Expression] => LogicalPlan) {
  private val name = "predict_models"

  val description: Hooks.TableFunctionDescription = (
    FunctionIdentifier(name),
    FunctionText(
      getClass,
      name,
      "_FUNC_() - Returns a row for each model that PREDICT can name in this session: those that " +
        "the session has bound, and those of the application's models file. A listed model that " +
        "no query has named yet has no digest; what is wrong with one stands in the column error.",
      Nil,
      Seq("> SELECT alias, engine FROM _FUNC_();", " churn compiled")
    ),
    this
  )

  override def apply(arguments: Seq[Expression]): LogicalPlan =
    try told(arguments)
    catch {
      case error: AnalysisException => // as of a function: see Refusal
        Project(Seq(Alias(Refusal(name, error), name)()), OneRowRelation())
    }

  private def told(arguments: Seq[Expression]): LogicalPlan = {
    val session = SparkSession.getActiveSession.getOrElse(throw PredictErrors.noSession())
    if (arguments.nonEmpty) throw PredictErrors.modelsArguments(arguments.size)
    LocalRelation.fromExternalRows(ModelTable.attributes, ModelTable.rows(session))
  }
}
