// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.util.concurrent.ConcurrentHashMap

import scala.collection.JavaConverters._

import io.sparkpredict.PredictConf
import io.sparkpredict.model.BoundModel
import org.apache.spark.SparkContext
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.WorkerSums

/** The models that the admin of an application lists for all its sessions, bound when a query first
  * names them.
  */
object ListedModels {
  private var current = Option.empty[(SparkContext, Option[ListedModels])]

  /** Those of a session's application; None where it started without a models file. */
  def of(session: SparkSession): Option[ListedModels] = synchronized {
    val context = session.sparkContext
    if (!current.exists(_._1 eq context)) {
      val made = PredictConf.modelsFile(session).map(new ListedModels(context, _))
      current = Some((context, made))
    }
    current.get._2
  }
}

final class ListedModels private (context: SparkContext, name: String) {
  private val file = new ModelsFile(name, context.hadoopConfiguration)
  private val binder = new ListedBinder(context)
  private val bindings = new ConcurrentHashMap[String, ListedBinding]

  /** The entries by alias, as the file is now. */
  def entries: Map[String, ListedModel] = file.entries

  /** The model of an alias; the first who asks has it bound, and others wait for that. */
  def bound(session: SparkSession, model: ListedModel): BoundModel = {
    model.check()
    val contents = entries.values.map(_.content).toSet
    bindings.keySet.removeIf(!contents(_))
    bindings.computeIfAbsent(model.content, _ => new ListedBinding(binder)).bound(session, model)
  }

  /** The model of an alias, if a query has had it bound, and what its workers have counted. */
  def known(session: SparkSession, model: ListedModel): Option[(BoundModel, WorkerSums)] =
    for {
      binding <- Option(bindings.get(model.content))
      sums <- binding.sums
    } yield (binding.bound(session, model), sums)

  /** Why the last query that named the model got an error. */
  def failure(model: ListedModel): Option[Exception] =
    Option(bindings.get(model.content)).flatMap(_.failure)

  /** The carriers of all models that are bound. */
  def carriers: Set[String] = bindings.values.asScala.flatMap(_.carrier).toSet
}
