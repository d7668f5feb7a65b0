// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.JsonNode

/** A model plan as it was read: inputs, steps and outputs, see `docs/model-plan.md`.
  *
  * @param widens
  *   whether FLOAT arguments may be widened to DOUBLE
  * @param takesWhole
  *   whether arguments that are all whole numbers may be made DOUBLE
  */
final case class PlanFile(
    inputs: Vector[PlanInput],
    steps: Vector[PlanStep],
    outputs: Map[String, PlanOutput],
    default: String,
    widens: Boolean,
    takesWhole: Boolean
)

/** @param isText
  *   whether it is a text; None for one that no step reads, of any type
  */
final case class PlanInput(name: String, isText: Option[Boolean])

/** @param firstOut
  *   the first of the columns that it appends
  */
final class PlanStep(
    val operation: String,
    val in: Vector[Int],
    val firstOut: Int,
    val out: Int,
    json: JsonNode,
    container: Container
) {
  def has(field: String): Boolean = json.has(field)
  def doubles(field: String): Array[Double] = container.doubles(name(field))
  def number(field: String): Double = {
    val values = doubles(field)
    Container.check(values.length == 1, s"field $field of $operation is no single number")
    values.head
  }
  def ints(field: String): Array[Int] = container.ints(name(field))
  def words(field: String): Array[Int] = container.words(name(field))
  def bytes(field: String): Array[Byte] = container.bytes(name(field))
  def whole(field: String): Int = value(field).asInt
  def flag(field: String): Boolean = value(field).asBoolean
  def text(field: String): Option[String] = PlanFile.text(value(field))
  def texts(field: String): Vector[Option[String]] =
    value(field).elements.asScala.map(PlanFile.text).toVector

  private def name(field: String): String = value(field).asText

  private def value(field: String): JsonNode = {
    Container.check(json.has(field), s"step $operation lacks $field")
    json.get(field)
  }
}

/** What one of the model's methods answers.
  *
  * @param labels
  *   what the one column's numbers stand for, if it holds places of labels
  * @param tolerance
  *   `bits`, `relative` or `float32`
  */
final case class PlanOutput(
    columns: Vector[Int],
    isArray: Boolean,
    labels: Option[PlanLabels],
    tolerance: String
)

sealed trait PlanLabels { def size: Int }

object PlanLabels {
  final case class Whole(values: Vector[Long]) extends PlanLabels { def size: Int = values.size }
  final case class Number(values: Vector[Double]) extends PlanLabels {
    def size: Int = values.size
  }
  final case class Text(values: Vector[String]) extends PlanLabels { def size: Int = values.size }
  final case class Truth(values: Vector[Boolean]) extends PlanLabels {
    def size: Int = values.size
  }
}

object PlanFile {
  val member = "plan.bin"

  /** Raises IllegalArgumentException for bytes that are no plan, or a broken one. */
  def read(bytes: Array[Byte]): PlanFile = {
    val container = Container.read(Container.plan, bytes)
    val head = container.head
    val inputs = head.path("inputs").elements.asScala.map(input).toVector
    var columns = inputs.size
    val steps = head
      .path("steps")
      .elements
      .asScala
      .map { json =>
        val in = json.path("in").elements.asScala.map(_.asInt(-1)).toVector
        Container.check(
          in.forall(c => c >= 0 && c < columns),
          s"a step reads a column of none: $json"
        )
        val out = json.path("out").asInt(-1)
        Container.check(out >= 0, s"a step appends no number of columns: $json")
        val step = new PlanStep(json.path("op").asText, in, columns, out, json, container)
        columns += out
        step
      }
      .toVector
    val outputs = head
      .path("outputs")
      .fields
      .asScala
      .map { entry =>
        entry.getKey -> output(entry.getKey, entry.getValue, columns, container)
      }
      .toMap
    val default = head.path("default").asText
    Container.check(
      outputs.contains(default),
      s"its default output $default is none of its outputs"
    )
    val isSame = (key: String) => head.path(key).asText("same") == "same"
    PlanFile(inputs, steps, outputs, default, isSame("float32"), isSame("whole"))
  }

  def text(json: JsonNode): Option[String] = if (json.isNull) None else Some(json.asText)

  private def input(json: JsonNode): PlanInput =
    PlanInput(
      json.path("name").asText,
      json.path("kind").asText match {
        case "text" => Some(true)
        case "number" => Some(false)
        case "any" => None
        case other => Container.broken(s"an input is of kind '$other'")
      }
    )

  private def output(name: String, json: JsonNode, columns: Int, container: Container) = {
    val read = json.path("columns").elements.asScala.map(_.asInt(-1)).toVector
    Container.check(read.forall(c => c >= 0 && c < columns), s"output $name reads a column of none")
    val labels = Option(json.get("labels")).map { told =>
      val values = told.get("values")
      told.path("kind").asText match {
        case "whole" => PlanLabels.Whole(values.elements.asScala.map(_.asLong).toVector)
        case "number" => PlanLabels.Number(container.doubles(values.asText).toVector)
        case "text" => PlanLabels.Text(values.elements.asScala.map(_.asText).toVector)
        case "boolean" => PlanLabels.Truth(values.elements.asScala.map(_.asBoolean).toVector)
        case other => Container.broken(s"output $name has labels of kind '$other'")
      }
    }
    val isArray = json.path("form").asText == "array"
    Container.check(isArray || read.size == 1, s"output $name is no single column")
    PlanOutput(read, isArray, labels, json.path("tolerance").asText)
  }
}
