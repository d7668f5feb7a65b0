// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.JsonNode

/** Rows, and what the Python model answers for them: see `docs/model-plan.md`.
  *
  * @param inputs
  *   for each input of the plan its values; None for one that no step reads
  * @param bad
  *   which rows the Python model raises for
  * @param answers
  *   by output
  */
final case class ProbesFile(
    rows: Int,
    inputs: Vector[Option[ProbeInput]],
    bad: Array[Boolean],
    answers: Map[String, ProbeAnswer]
)

sealed trait ProbeInput

object ProbeInput {
  final case class Numbers(values: Array[Double]) extends ProbeInput

  /** @param codes
    *   for each row the place of its text, -1 for null
    */
  final case class Texts(codes: Array[Int], texts: Vector[String]) extends ProbeInput
}

sealed trait ProbeAnswer

object ProbeAnswer {

  /** @param values
    *   row by row
    * @param within
    *   how far from each an engine's may be; None where it must have the same bits
    */
  final case class Numbers(values: Array[Double], within: Option[Array[Double]]) extends ProbeAnswer

  /** @param places
    *   those of the labels
    * @param close
    *   for each row whether another label is as right; None where none is
    */
  final case class Labels(places: Array[Int], close: Option[Array[Byte]]) extends ProbeAnswer
}

object ProbesFile {
  val member = "probes.bin"

  /** Raises IllegalArgumentException for bytes that are no probes, or broken ones. */
  def read(bytes: Array[Byte]): ProbesFile = {
    val container = Container.read(Container.probes, bytes)
    val head = container.head
    val rows = head.path("rows").asInt(-1)
    val bad = container.bytes(head.path("bad").asText).map(_ != 0)
    Container.check(rows == bad.length, s"there are $rows rows, and it is told of ${bad.length}")
    ProbesFile(
      rows,
      head.path("inputs").elements.asScala.map(input(_, container)).toVector,
      bad,
      head
        .path("outputs")
        .fields
        .asScala
        .map { entry =>
          entry.getKey -> answer(entry.getValue, container)
        }
        .toMap
    )
  }

  private def input(json: JsonNode, container: Container): Option[ProbeInput] =
    if (json.isNull) None
    else if (json.has("values"))
      Some(ProbeInput.Numbers(container.doubles(json.get("values").asText)))
    else {
      val texts = json.path("texts").elements.asScala.map(_.asText).toVector
      Some(ProbeInput.Texts(container.ints(json.path("codes").asText), texts))
    }

  private def answer(json: JsonNode, container: Container): ProbeAnswer = {
    def named(field: String) = Option(json.get(field)).map(_.asText)
    named("places") match {
      case Some(places) =>
        ProbeAnswer.Labels(container.ints(places), named("close").map(container.bytes))
      case None =>
        ProbeAnswer.Numbers(
          container.doubles(json.path("values").asText),
          named("within").map(container.doubles)
        )
    }
  }
}
