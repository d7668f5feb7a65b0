// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.audit

import java.util.{Collections, Set => JSet, WeakHashMap}

import scala.collection.mutable

import io.sparkpredict.model.BoundModel
import io.sparkpredict.plan.Predict
import org.apache.spark.SparkContext
import org.apache.spark.scheduler.{SparkListener, SparkListenerEvent}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.sparkpredict.{Execution, Executions}
import org.apache.spark.sql.streaming.StreamingQueryListener.QueryTerminatedEvent
import org.slf4j.LoggerFactory

/** Writes one line to the driver's log for each query that names models: which they are, and who asks.
  *
  * It follows Spark's own executions, so a frame that is collected twice is two queries, and one that
  * reads cached scores is a query too. A stream is one query, not one for each batch, and so is a write
  * within which Spark runs other executions.
  */
final class QueryAudit extends SparkListener {
  // the listener bus calls from one thread
  private val told = mutable.Map.empty[String, Set[Seq[String]]]
  private val queries = mutable.Map.empty[Long, String]

  override def onOtherEvent(event: SparkListenerEvent): Unit = event match {
    case terminated: QueryTerminatedEvent => forget(terminated.runId.toString)
    case other => Executions.of(other).foreach(follow)
  }

  private def follow(execution: Execution): Unit = {
    // an end does not say what it was part of
    val own = execution.query == execution.id.toString
    val query = if (own) queries.getOrElse(execution.id, execution.query) else execution.query
    queries(execution.id) = query
    val before = told.getOrElse(query, Set.empty)
    val models = execution.plan.toSeq
      .flatMap(QueryAudit.models)
      .filterNot(model => before.contains(AuditLine.facts(model)))
    if (models.nonEmpty) {
      told(query) = before ++ models.map(AuditLine.facts)
      QueryAudit.log.info(AuditLine(query, models))
    }
    if (execution.ended) {
      queries.remove(execution.id)
      forget(execution.id.toString)
    }
  }

  private def forget(query: String): Unit = {
    told.remove(query)
    ()
  }
}

object QueryAudit {
  private val log = LoggerFactory.getLogger("io.sparkpredict.Audit")

  private val listening: JSet[SparkContext] =
    Collections.synchronizedSet(
      Collections.newSetFromMap(new WeakHashMap[SparkContext, java.lang.Boolean])
    )

  /** Follows the queries of an application from here on, once however often it is asked to. */
  def listen(context: SparkContext): Unit =
    if (listening.add(context)) context.addSparkListener(new QueryAudit)

  /** The models that a plan names, each once. */
  private def models(plan: LogicalPlan): Seq[BoundModel] =
    plan
      .collectWithSubqueries { case operator =>
        operator.expressions.flatMap(_.collect { case call: Predict => call.model })
      }
      .flatten
      .groupBy(AuditLine.facts)
      .values
      .map(_.head)
      .toSeq
      .sortBy(_.alias)
}
