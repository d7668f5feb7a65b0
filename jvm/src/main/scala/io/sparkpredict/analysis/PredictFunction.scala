// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.audit.QueryAudit
import io.sparkpredict.model.{BindingLookup, BoundModel, Engines}
import io.sparkpredict.plan.Predict
import io.sparkpredict.{PredictConf, PredictErrors}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat

/** `PREDICT(alias, argument, ...)`: from the text of a call to a bound expression.
  *
  * Spark calls the builder when all arguments are resolved, so names and types are there and every
  * mistake in the call is an error of the analysis.
  */
object PredictFunction extends (Seq[Expression] => Expression) {
  private val name = "predict"

  val description: Compat.FunctionDescription = (
    FunctionIdentifier(name),
    FunctionText(
      classOf[Predict],
      name,
      "_FUNC_('alias', argument, ...) - Scores each row with the model that the alias stands for: " +
        "one that bind_model(...).register() has bound in the session, or one of the " +
        "application's models file; predict_models() lists them. Arguments are matched to the " +
        "model's features by name where the model names them, otherwise by position; * stands " +
        "for all columns.",
      Seq(
        "alias - a string literal",
        "argument - a feature: a column, or any expression AS its name"
      ),
      Seq(
        "> SELECT _FUNC_('churn', *) FROM customers;",
        " 0.27",
        "> SELECT id FROM customers WHERE _FUNC_('churn', age, plan) > 0.8;",
        " 17",
        "> SELECT _FUNC_('churn', years * 12 AS months, plan) FROM customers;",
        " 0.31",
        "> SELECT alias, inputs, return_type FROM predict_models();",
        " churn\tmonths INT, plan STRING\tDOUBLE"
      )
    ),
    this
  )

  def isNamedBy(parts: Seq[String]): Boolean =
    parts.size == 1 && parts.head.equalsIgnoreCase(name)

  override def apply(arguments: Seq[Expression]): Expression = {
    Compat.textOfCall.foreach(CallClauses.refuseByText)
    Refusal.orElse(name)(call(arguments))
  }

  private def call(arguments: Seq[Expression]): Expression = {
    val session = SparkSession.getActiveSession.getOrElse(throw PredictErrors.noSession())
    if (!PredictConf.enabled(session)) throw PredictErrors.disabled()
    val (given, star) = StarClause.split(arguments)
    val (handle, rest) = ModelHandle.split(given)
    val alias = AliasLiteral.of(rest.headOption)
    handle.foreach(_.checkAlias(alias, PredictConf.caseSensitive(session)))
    val model = BindingLookup.find(session, alias)
    handle.foreach(_.checkModel(model))
    QueryAudit.listen(session.sparkContext)
    if (model.descriptor.isPipeline) throw PredictErrors.isPipeline(model.alias)
    val (features, params) = CallParams.split(model, rest.drop(1).map(Argument.of))
    star.foreach(_.check(model, features))
    bound(model, features, params)
  }

  private def bound(model: BoundModel, arguments: Seq[Argument], params: Option[String]) = {
    val matched = FeatureMatch(model, arguments)
    val call = Predict(
      model,
      matched.map(_._1),
      matched.map(_._2),
      params,
      model.returns,
      SQLConf.get.ansiEnabled,
      guard = None
    )
    Engines.forCall(call)
  }
}
