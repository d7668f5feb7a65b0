// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import com.fasterxml.jackson.databind.ObjectMapper
import io.sparkpredict.model.{ArtifactFile, BindingLookup, ModelInfo}
import io.sparkpredict.{PredictConf, PredictErrors}
import org.apache.spark.SPARK_VERSION
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.expressions.{Alias, Expression, Literal}
import org.apache.spark.sql.sparkpredict.{Compat, LiveSession}

/** `predict_info('m')`: what a binding is and why its engine was chosen, as JSON. Without an
  * argument: this jar, this Spark, the keys that the application started with, the bound aliases,
  * and the files that were sent along.
  */
object PredictInfoFunction extends (Seq[Expression] => Expression) {
  private val name = "predict_info"

  val description: Compat.FunctionDescription = (
    FunctionIdentifier(name),
    FunctionText(
      getClass,
      name,
      "_FUNC_([alias]) - Describes as JSON the model that is bound to the alias, or, without an " +
        "argument, this installation of PREDICT.",
      Seq("alias - a string literal"),
      Seq("> SELECT _FUNC_('churn');", " {\"alias\":\"churn\"}")
    ),
    this
  )

  override def apply(arguments: Seq[Expression]): Expression =
    Refusal.orElse(name)(described(arguments))

  private def described(arguments: Seq[Expression]): Expression = {
    val session = SparkSession.getActiveSession.getOrElse(throw PredictErrors.noSession())
    val json = arguments match {
      case Seq() => installation(session)
      case call => ModelInfo.json(BindingLookup.find(session, AliasLiteral.of(call.headOption)))
    }
    Alias(Literal(json), name)() // so that the column is not named by its whole text
  }

  private def installation(session: SparkSession): String = {
    val json = new ObjectMapper().createObjectNode()
    json.put("version", getClass.getPackage.getImplementationVersion)
    json.put("spark", SPARK_VERSION)
    json.put("scala", scala.util.Properties.versionNumberString)
    json.put("java", System.getProperty("java.version"))
    json.put("complete", LiveSession.knows(session))
    PredictConf.enabledText(session) match {
      case "true" => json.put("enabled", true)
      case "false" => json.put("enabled", false)
      case other => json.put("enabled", other)
    }
    json.put("may_bind", PredictConf.mayBind(session))
    val started = json.putObject("started")
    PredictConf.started(session).foreach { case (key, value) => started.put(key, value) }
    val models = json.putArray("models")
    PredictConf.boundAliases(session).foreach(alias => models.add(alias))
    val files = json.putArray("files")
    ArtifactFile.here().foreach(name => files.add(name))
    json.toString
  }
}
