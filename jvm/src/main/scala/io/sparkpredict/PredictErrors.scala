// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import scala.util.control.NonFatal
import scala.util.matching.Regex

import com.fasterxml.jackson.databind.JsonNode
import io.sparkpredict.listed.ListedModel
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.DataType

/** One factory for each mistake in a query. The texts and SQLSTATEs stand in error-conditions.json. */
object PredictErrors {
  private val placeholder = "<(\\w+)>".r

  private lazy val conditions: JsonNode = Resources.json("error-conditions.json")

  def disabled(): Exception =
    make("PREDICT_DISABLED", "key" -> PredictConf.enabledKey)

  def invalidConf(key: String, value: String, expected: String): Exception =
    make("PREDICT_INVALID_CONF", "key" -> key, "value" -> value, "expected" -> expected)

  def noSession(): Exception = make("PREDICT_NO_SESSION")

  def aliasMissing(): Exception = make("PREDICT_ALIAS_MISSING")

  def aliasNotLiteral(expression: String): Exception =
    make("PREDICT_ALIAS_NOT_LITERAL", "expression" -> expression)

  def modelNotFound(alias: String, bound: Seq[String]): Exception =
    make(
      "PREDICT_MODEL_NOT_FOUND",
      "alias" -> alias,
      "bound" -> listed(bound)
    )

  def aliasAmbiguous(alias: String, matches: Seq[String]): Exception =
    make("PREDICT_ALIAS_AMBIGUOUS", "alias" -> alias, "matches" -> matches.mkString(", "))

  def wrongAlias(alias: String, bound: String): Exception =
    make("PREDICT_WRONG_ALIAS", "alias" -> alias, "bound" -> bound)

  def bindingReplaced(alias: String): Exception =
    make("PREDICT_BINDING_REPLACED", "alias" -> alias)

  def isPipeline(alias: String): Exception =
    make("PREDICT_IS_PIPELINE", "alias" -> alias)

  def bindingBroken(alias: String, cause: String): Exception =
    make("PREDICT_BINDING_BROKEN", "alias" -> alias, "cause" -> cause)

  def modelsFileBroken(file: String, cause: String): Exception =
    make("PREDICT_MODELS_FILE_BROKEN", "file" -> file, "cause" -> cause)

  def modelsArguments(found: Int): Exception =
    make("PREDICT_MODELS_ARGUMENTS", "found" -> found.toString)

  def listedModelBroken(model: ListedModel, cause: String): Exception =
    make(
      "PREDICT_LISTED_MODEL_BROKEN",
      "alias" -> model.alias,
      "file" -> model.file,
      "line" -> model.line.toString,
      "cause" -> cause
    )

  def binderFailed(model: ListedModel, python: String, problem: String, cause: String): Exception =
    make(
      "PREDICT_BINDER_FAILED",
      "alias" -> model.alias,
      "file" -> model.file,
      "line" -> model.line.toString,
      "python" -> python,
      "problem" -> problem,
      "cause" -> cause
    )

  def argumentCount(alias: String, expected: Int, found: Int, features: Seq[String]): Exception =
    make(
      "PREDICT_ARGUMENT_COUNT",
      "alias" -> alias,
      "expected" -> expected.toString,
      "found" -> found.toString,
      "features" -> (if (features.isEmpty) "" else features.mkString(": ", ", ", ""))
    )

  def argumentNames(
      alias: String,
      missing: Seq[String],
      extra: Seq[String],
      lookAlike: Seq[String]
  ): Exception =
    make(
      "PREDICT_ARGUMENT_NAMES",
      "alias" -> alias,
      "missing" -> listed(missing),
      "extra" -> listed(extra),
      "hint" -> (if (lookAlike.isEmpty) "" else lookAlike.mkString(" Look-alikes: ", ", ", "."))
    )

  def argumentDuplicated(alias: String, feature: String, count: Int): Exception =
    make(
      "PREDICT_ARGUMENT_DUPLICATED",
      "alias" -> alias,
      "feature" -> feature,
      "count" -> count.toString
    )

  def argumentType(
      alias: String,
      feature: String,
      expected: Option[DataType],
      found: DataType
  ): Exception =
    make(
      "PREDICT_ARGUMENT_TYPE",
      "alias" -> alias,
      "feature" -> feature,
      "expected" -> expected.fold("a type that Python has")(_.sql),
      "found" -> found.sql
    )

  def featuresUnnamed(alias: String): Exception =
    make("PREDICT_FEATURES_UNNAMED", "alias" -> alias)

  def argumentsUnnamed(alias: String): Exception =
    make("PREDICT_ARGUMENTS_UNNAMED", "alias" -> alias)

  def parametersUnread(alias: String): Exception =
    make("PREDICT_PARAMETERS_UNREAD", "alias" -> alias)

  def parameterUnknown(alias: String, name: String, known: Seq[String]): Exception =
    make(
      "PREDICT_PARAMETER_UNKNOWN",
      "alias" -> alias,
      "name" -> name,
      "known" -> listed(known)
    )

  def parameterValue(alias: String, name: String, expected: String, value: String): Exception =
    make(
      "PREDICT_PARAMETER_VALUE",
      "alias" -> alias,
      "name" -> name,
      "expected" -> expected,
      "value" -> value
    )

  def starNeedsNames(
      alias: String,
      clause: String,
      columns: Seq[String],
      missing: Seq[String]
  ): Exception =
    make(
      "PREDICT_STAR_NEEDS_NAMES",
      "alias" -> alias,
      "clause" -> clause,
      "columns" -> columns.mkString(", "),
      "missing" -> (if (missing.isEmpty) "names of features, of which it knows none"
                    else missing.mkString(", "))
    )

  /** A clause that only aggregate functions take, and what to write instead. */
  def clauseUnsupported(clause: String): Exception =
    make("PREDICT_CLAUSE_UNSUPPORTED", "clause" -> clause, "cure" -> clauseCures(clause))

  private val clauseCures = Map(
    "DISTINCT" -> "Write SELECT DISTINCT PREDICT(...), or count(DISTINCT PREDICT(...)).",
    "FILTER" -> "Write CASE WHEN condition THEN PREDICT(...) END.",
    "OVER" -> "Make it the argument of a window function, as in avg(PREDICT(...)) OVER (...)."
  )

  def acrossSubquery(call: String): Exception =
    make("PREDICT_ACROSS_SUBQUERY", "call" -> call)

  def inOuterJoin(call: String, joinType: String): Exception =
    make("PREDICT_IN_OUTER_JOIN", "call" -> call, "joinType" -> joinType)

  def inLambda(call: String): Exception = make("PREDICT_IN_LAMBDA", "call" -> call)

  def engineRefuses(alias: String, engine: String, cause: String): Exception =
    make("PREDICT_ENGINE_REFUSES", "alias" -> alias, "engine" -> engine, "cause" -> cause)

  def engineDisagrees(alias: String, engine: String, cause: String): Exception =
    atRunTime("PREDICT_ENGINE_DISAGREES", "alias" -> alias, "engine" -> engine, "cause" -> cause)

  def engineLoadFailed(alias: String, engine: String, host: String, cause: String): Exception =
    atRunTime(
      "PREDICT_ENGINE_LOAD_FAILED",
      "alias" -> alias,
      "engine" -> engine,
      "host" -> host,
      "cause" -> cause
    )

  def deviceUnavailable(alias: String, device: String, host: String, cause: String): Exception =
    atRunTime(
      "PREDICT_DEVICE_UNAVAILABLE",
      "alias" -> alias,
      "device" -> device,
      "host" -> host,
      "cause" -> cause
    )

  def badRow(alias: String, digest: String, cause: String, row: String): Exception =
    atRunTime(
      "PREDICT_BAD_ROW",
      "alias" -> alias,
      "digest" -> digest,
      "cause" -> cause,
      "row" -> row
    )

  private def listed(names: Seq[String]): String =
    if (names.isEmpty) "none" else names.mkString(", ")

  /** All names of the list, for the check that every error can be made on every Spark. */
  def names: Seq[String] = {
    val found = Seq.newBuilder[String]
    conditions.fieldNames().forEachRemaining(name => found += name)
    found.result()
  }

  /** Makes the error of a condition with its parameters in place. */
  def make(condition: String, parameters: (String, String)*): Exception =
    made(condition, parameters.toMap, Compat.analysisException)

  /** Likewise, for what is found when rows are scored. */
  def atRunTime(condition: String, parameters: (String, String)*): Exception =
    made(condition, parameters.toMap, Compat.runtimeException)

  private def made(
      condition: String,
      values: Map[String, String],
      create: (String, String, String, Map[String, String]) => Exception
  ): Exception = {
    val entry = conditions.get(condition)
    val text = placeholder.replaceAllIn(
      entry.get("message").asText,
      found => Regex.quoteReplacement(values(found.group(1)))
    )
    val sqlState = entry.get("sqlState").asText
    val message = s"[$condition] $text SQLSTATE: $sqlState"
    try create(condition, sqlState, message, values)
    catch {
      case NonFatal(cause) => new IllegalArgumentException(message, cause)
    }
  }
}
