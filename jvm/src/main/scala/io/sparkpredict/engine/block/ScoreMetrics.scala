// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.SparkContext
import org.apache.spark.sql.execution.metric.{SQLMetric, SQLMetrics}

/** What a query's page shows of the operator. */
final class ScoreMetrics(metrics: Map[String, SQLMetric]) extends Serializable {
  private val rows = metrics("numOutputRows")
  private val blocks = metrics("blocks")
  private val intakeTime = metrics("intakeTime")
  private val codingTime = metrics("codingTime")
  private val kernelTime = metrics("kernelTime")
  private val emitTime = metrics("emitTime")
  private val badRows = metrics("badRows")
  private val loadTime = metrics("loadTime")
  private val loaded = metrics("loaded")
  private var coded = 0L

  /** @param load
    *   nanoseconds that loading the model took; 0 where it was loaded
    */
  def opened(load: Long): Unit = {
    loadTime += load
    if (load == 0L) loaded += 1L
  }

  def intake(nanos: Long): Unit = intakeTime += nanos

  /** @param coding
    *   nanoseconds of coding in all blocks of the task so far
    */
  def scored(count: Int, nanos: Long, coding: Long): Unit = {
    rows += count.toLong
    blocks += 1L
    codingTime += coding - coded
    kernelTime += nanos - (coding - coded)
    coded = coding
  }

  def emit(nanos: Long): Unit = emitTime += nanos

  def bad(count: Long): Unit = badRows += count
}

object ScoreMetrics {
  def create(context: SparkContext): Map[String, SQLMetric] = Map(
    "numOutputRows" -> SQLMetrics.createMetric(context, "number of output rows"),
    "blocks" -> SQLMetrics.createMetric(context, "number of blocks"),
    "badRows" -> SQLMetrics.createMetric(context, "number of bad rows"),
    "intakeTime" -> SQLMetrics.createMetric(context, "nanoseconds taking features in"),
    "codingTime" -> SQLMetrics.createMetric(context, "nanoseconds coding features"),
    "kernelTime" -> SQLMetrics.createMetric(context, "nanoseconds in the model's kernels"),
    "emitTime" -> SQLMetrics.createMetric(context, "nanoseconds giving scores out"),
    "loadTime" -> SQLMetrics.createMetric(context, "nanoseconds loading the model"),
    "loaded" -> SQLMetrics.createMetric(context, "number of tasks that found the model loaded")
  )
}
