// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.util.concurrent.ConcurrentHashMap
import java.util.{Collections, Map => JMap, WeakHashMap}

import scala.annotation.tailrec
import scala.util.control.NonFatal

import io.sparkpredict.audit.QueryUser
import io.sparkpredict.listed.{ListedModel, ListedModels}
import io.sparkpredict.{PredictConf, PredictErrors}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.QueryPlanningTracker
import org.apache.spark.sql.catalyst.expressions.PythonUDF
import org.apache.spark.sql.sparkpredict.Compat

/** From an alias to the model that the session has bound to it. */
object BindingLookup {

  /** The bindings that each analysis under way has met: two calls in one query see one model, also
    * while another thread binds the alias again.
    */
  private val pinned: JMap[QueryPlanningTracker, JMap[String, BoundModel]] =
    Collections.synchronizedMap(new WeakHashMap[QueryPlanningTracker, JMap[String, BoundModel]])

  def find(session: SparkSession, alias: String): BoundModel = {
    val name = spelling(session, alias)
    QueryPlanningTracker.get match {
      case None => load(session, name)
      case Some(tracker) =>
        pinned
          .computeIfAbsent(tracker, _ => new ConcurrentHashMap[String, BoundModel])
          .computeIfAbsent(name, _ => load(session, name))
    }
  }

  /** The bound alias that the session's case sensitivity takes this one for. */
  private def spelling(session: SparkSession, alias: String): String =
    if (PredictConf.binding(session, alias).isDefined) alias
    else {
      val bound = aliases(session)
      val matches =
        if (bound.contains(alias)) Seq(alias)
        else if (PredictConf.caseSensitive(session)) Nil
        else bound.filter(_.equalsIgnoreCase(alias))
      matches match {
        case Seq(one) => one
        case Seq() => throw PredictErrors.modelNotFound(alias, bound)
        case several => throw PredictErrors.aliasAmbiguous(alias, several)
      }
    }

  /** The aliases that a session can name: its own, and those of the application's models file. */
  def aliases(session: SparkSession): Seq[String] =
    (PredictConf.boundAliases(session) ++ listed(session).keys).distinct.sorted

  /** The entries of the application's models file by alias. */
  def listed(session: SparkSession): Map[String, ListedModel] =
    ListedModels.of(session).fold(Map.empty[String, ListedModel])(_.entries)

  /** A binding of the session's own goes before one of the file. */
  private def load(session: SparkSession, alias: String): BoundModel =
    if (PredictConf.binding(session, alias).isDefined) ofSession(session, alias)
    else {
      val found = for {
        models <- ListedModels.of(session)
        model <- models.entries.get(alias)
      } yield models.bound(session, model)
      found.getOrElse(ofSession(session, alias))
    }

  private def ofSession(session: SparkSession, alias: String): BoundModel = {
    @tailrec
    def from(text: String): BoundModel = {
      val binding = guarded(alias)(Binding.parse(text))
      guarded(alias)(SentNames.check(session, binding))
      Compat.pythonFunction(session, binding.carrier) match {
        case Some(udf) => read(session, binding, udf)
        case None =>
          // the carrier went because the alias was bound again in between: follow the new pointer
          val now = current(session, alias)
          if (now == text)
            throw PredictErrors.bindingBroken(alias, s"no function ${binding.carrier}")
          from(now)
      }
    }
    from(current(session, alias))
  }

  /** The model of a binding that the application made itself, with its carrier. */
  def made(session: SparkSession, binding: Binding, carrier: PythonUDF): BoundModel = {
    guarded(binding.alias)(SentNames.check(session, binding))
    read(session, binding, carrier)
  }

  private def read(session: SparkSession, binding: Binding, carrier: PythonUDF): BoundModel = {
    val descriptor = guarded(binding.alias)(Descriptor.read(binding.artifact))
    if (descriptor.digest != binding.digest)
      throw PredictErrors.bindingBroken(binding.alias, s"${binding.artifact} has another digest")
    val engines = Engines.choose(binding, descriptor, carrier.dataType)
    new BoundModel(binding, descriptor, carrier, engines, QueryUser.of(session.sparkContext))
  }

  private def current(session: SparkSession, alias: String): String =
    PredictConf
      .binding(session, alias)
      .getOrElse(throw PredictErrors.modelNotFound(alias, aliases(session)))

  private def guarded[A](alias: String)(body: => A): A =
    try body
    catch {
      case NonFatal(cause) => throw PredictErrors.bindingBroken(alias, cause.toString)
    }
}
