// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import scala.util.{Failure, Success, Try}

import io.sparkpredict.PredictConf
import io.sparkpredict.listed.{ListedModel, ListedModels}
import org.apache.spark.sql.catalyst.expressions.{Attribute, AttributeReference, NamedExpression}
import org.apache.spark.sql.sparkpredict.WorkerSums
import org.apache.spark.sql.types.{DataType, LongType, MapType, Metadata, StringType}
import org.apache.spark.sql.{Row, SparkSession}

/** What `predict_models()` tells: a row for each alias of a session. */
object ModelTable {
  private val columns: Seq[(String, DataType)] = Seq(
    "alias" -> StringType,
    "uri" -> StringType,
    "digest" -> StringType,
    "flavor" -> StringType,
    "inputs" -> StringType,
    "return_type" -> StringType,
    "engine" -> StringType,
    "reasons" -> MapType(StringType, StringType, valueContainsNull = true),
    "rows_scored" -> LongType,
    "bad_rows" -> LongType,
    "error" -> StringType
  )

  /** New ones for each call, as those of a table. */
  def attributes: Seq[Attribute] = columns.map { case (name, dataType) =>
    AttributeReference(name, dataType, true, Metadata.empty)(NamedExpression.newExprId, Nil)
  }

  def rows(session: SparkSession): Seq[Row] = {
    val own = PredictConf.boundAliases(session)
    val listed = BindingLookup.listed(session) -- own
    val ofSession = own.map(alias => row(alias, Try(BindingLookup.find(session, alias))))
    val ofFile = listed.values.map(model => row(session, model))
    (ofSession ++ ofFile).sortBy(_.getString(0))
  }

  private def row(session: SparkSession, model: ListedModel): Row =
    Try(ListedModels.of(session).flatMap(_.known(session, model))) match {
      case Success(Some((bound, sums))) => told(bound, Some(sums))
      case Success(None) => unbound(model.alias, shown(model.uri), flaw(session, model))
      case Failure(error) => unbound(model.alias, shown(model.uri), Some(error.getMessage))
    }

  private def flaw(session: SparkSession, model: ListedModel): Option[String] =
    Try(model.check()).failed.toOption.map(_.getMessage).orElse {
      ListedModels.of(session).flatMap(_.failure(model)).map(_.getMessage)
    }

  private def row(alias: String, bound: Try[BoundModel]): Row = bound match {
    case Success(model) => told(model, None)
    case Failure(error) => unbound(alias, null, Some(error.getMessage))
  }

  private def unbound(alias: String, uri: String, error: Option[String]): Row =
    Row(alias, uri, null, null, null, null, null, null, null, null, error.orNull)

  private def told(model: BoundModel, sums: Option[WorkerSums]): Row = {
    val (rows, bad) = counted(model, sums)
    Row(
      model.alias,
      model.uri,
      model.binding.digest,
      model.descriptor.flavor,
      inputs(model.descriptor),
      model.returns.sql,
      model.engine,
      model.engines.reasons,
      rows.map(Long.box).orNull,
      bad.filterNot(_ => model.binding.options.onError == ErrorPolicy.Fail).map(Long.box).orNull,
      null
    )
  }

  /** By blocks and by workers; None where neither has counted: Python's own sums are not here, and an
    * expression counts nothing.
    */
  private def counted(
      model: BoundModel,
      sums: Option[WorkerSums]
  ): (Option[Long], Option[Long]) = {
    val blocks = if (model.inJvm.isDefined) ScoreCounts.of(model) else None
    val rows = blocks.map(_.rows.value.longValue) ++ sums.map(_.rows)
    val bad = blocks.map(_.bad.value.longValue) ++ sums.map(_.bad)
    (Some(rows.sum).filter(_ > 0L), if (bad.isEmpty) None else Some(bad.sum))
  }

  private def inputs(model: Descriptor): String =
    if (model.features.nonEmpty) {
      model.features
        .map(feature => s"${feature.name} ${feature.dataType.fold("ANY")(_.sql)}")
        .mkString(", ")
    } else model.featureCount.fold("as the query names them")(count => s"$count without names")

  /** Without user, password and query, as `sources.redacted` has it. */
  private def shown(uri: String): String =
    uri.replaceFirst("//[^/]*:[^/]*@", "//...@").replaceFirst("\\?.*$", "?...")
}
