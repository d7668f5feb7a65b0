// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import scala.util.control.NonFatal

import org.apache.spark.scheduler.SparkListenerEvent
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.execution.ui.{
  SparkListenerSQLExecutionEnd,
  SparkListenerSQLExecutionStart
}
import org.apache.spark.sql.execution.{QueryExecution, SQLExecution}

/** A query that begins to run, or has ended.
  *
  * @param id
  *   Spark's number of the execution
  * @param query
  *   what stands for the user's query: the number of the outermost execution that this one is part
  *   of, or the run of a stream, of which each batch is an execution
  * @param plan
  *   what was analysed; None where the query had ended before Spark told that it began
  */
final case class Execution(id: Long, query: String, plan: Option[LogicalPlan], ended: Boolean)

object Executions {

  /** What an event of the listener bus says of an execution. */
  def of(event: SparkListenerEvent): Option[Execution] = event match {
    case start: SparkListenerSQLExecutionStart =>
      val running = Option(SQLExecution.getQueryExecution(start.executionId))
      Some(execution(start.executionId, root(start), running, ended = false))
    case end: SparkListenerSQLExecutionEnd =>
      Some(execution(end.executionId, None, Option(end.qe), ended = true))
    case _ => None
  }

  private def execution(
      id: Long,
      root: Option[Long],
      running: Option[QueryExecution],
      ended: Boolean
  ): Execution = {
    val query = running.flatMap(runOfStream).getOrElse(root.getOrElse(id).toString)
    Execution(id, query, running.flatMap(analysed), ended)
  }

  /** Before 3.4 no event knows of which other one it is part. */
  private def root(start: SparkListenerSQLExecutionStart): Option[Long] =
    if (!Compat.atLeast(3, 4)) None
    else Compat.read(start, "rootExecutionId").asInstanceOf[Option[Long]]

  /** The class of a stream's executions has another package from 4.1 on. */
  private def runOfStream(query: QueryExecution): Option[String] =
    if (query.getClass.getSimpleName != "IncrementalExecution") None
    else Some(Compat.read(query, "runId").toString)

  private def analysed(query: QueryExecution): Option[LogicalPlan] =
    try Some(query.analyzed)
    catch { case NonFatal(_) => None } // the user is told of it
}
