// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.JsonNode
import io.sparkpredict.engine.onnx.SessionSettings.Level

/** The session options that a model was saved with, which go before those of Spark's tasks; the twin
  * of `onnx_session.py`.
  *
  * @param threads
  *   for one operator
  * @param branches
  *   how many operators at once
  * @param entries
  *   the library's entries by their keys
  */
final case class StatedOptions(
    threads: Option[Int],
    branches: Option[Int],
    isParallel: Boolean,
    level: Level,
    entries: Map[String, String]
) {

  /** How a session runs its graph.
    *
    * @param cores
    *   of a task
    * @param arena
    *   whether memory is kept from one run to the next
    * @param gpu
    *   the one that runs it
    */
  def settings(cores: Int, arena: Boolean, gpu: Option[Int]): SessionSettings =
    new SessionSettings(
      threads.getOrElse(cores),
      branches.getOrElse(1),
      isParallel,
      level,
      arena,
      gpu.getOrElse(-1),
      (StatedOptions.ofTasks ++ entries).asJava
    )
}

object StatedOptions {
  private val levels = Map(
    0 -> Level.NO_OPT,
    1 -> Level.BASIC_OPT,
    2 -> Level.EXTENDED_OPT,
    3 -> Level.LAYOUT_OPT,
    99 -> Level.ALL_OPT
  )
  private val modes = Map("SEQUENTIAL" -> false, "PARALLEL" -> true)
  private val ofTasks = Map("session.intra_op.allow_spinning" -> "0")

  /** Those of MLmodel; or which of them has a value that the library does not know. */
  def of(json: JsonNode): Either[String, StatedOptions] = {
    val mode = text(json, "execution_mode").getOrElse("SEQUENTIAL").toUpperCase
    val level = text(json, "graph_optimization_level").getOrElse("99")
    for {
      isParallel <- modes.get(mode).toRight(unknown("execution_mode", mode))
      found <- levels
        .find(_._1.toString == level)
        .toRight(unknown("graph_optimization_level", level))
    } yield StatedOptions(
      count(json, "intra_op_num_threads"),
      count(json, "inter_op_num_threads"),
      isParallel,
      found._2,
      json
        .path("extra_session_config")
        .fields
        .asScala
        .map(entry => entry.getKey -> entry.getValue.asText)
        .toMap
    )
  }

  private def count(json: JsonNode, name: String): Option[Int] =
    Some(json.path(name).asInt).filter(_ > 0)

  private def text(json: JsonNode, name: String): Option[String] =
    Option(json.get(name)).filterNot(_.isNull).map(_.asText).filter(_.nonEmpty)

  private def unknown(name: String, value: String): String =
    s"MLmodel states a session option $name of '$value', which is none of ONNX Runtime's"
}
