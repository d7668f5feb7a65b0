// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.io.File
import java.util.concurrent.ConcurrentHashMap
import java.util.{Map => JMap}

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.sql.types.DataType

/** One input of the model.
  *
  * @param dataType
  *   its Spark type, where the model states one
  * @param takesNull
  *   whether the model takes a NULL there; None where nobody knows
  * @param shape
  *   that of one row of a tensor, -1 for a size of any value; None for other inputs
  */
final case class Feature(
    name: String,
    dataType: Option[DataType],
    optional: Boolean,
    takesNull: Option[Boolean],
    shape: Option[Seq[Int]]
)

/** How the worker wants its inputs. */
sealed trait InputLayout

object InputLayout {

  /** One column for each feature, in the model's order. */
  case object Columns extends InputLayout

  /** Unnamed numbers: one column for each, without names. */
  case object Matrix extends InputLayout

  /** One column for each tensor, or one for each number of a lone one. */
  case object Tensors extends InputLayout

  /** One struct that carries the names of the query: the model says nothing about its inputs. */
  case object Frame extends InputLayout
}

/** What the model folder says about the model itself; the twin of `descriptor.py`.
  *
  * @param element
  *   the type of a matrix' values, where the model states one
  * @param members
  *   what the artifact holds for the JVM, by name
  */
final case class Descriptor(
    digest: String,
    flavor: String,
    layout: InputLayout,
    features: Seq[Feature],
    featureCount: Option[Int],
    element: Option[DataType],
    takesNull: Option[Boolean],
    params: Map[String, String],
    members: Map[String, Member],
    json: JsonNode
) {

  /** Whether it is a pipeline of Spark ML, which only the Transformer applies. */
  def isPipeline: Boolean = flavor == "spark"
}

object Descriptor {
  val member = "descriptor.json"
  private val version = 1
  private val cacheLimit = 256
  private val cache = new ConcurrentHashMap[File, Descriptor]

  /** The descriptor inside a published artifact; see `ArtifactFile.find`. */
  def read(artifact: String): Descriptor = of(ArtifactFile.find(artifact))

  /** The descriptor inside a published artifact, parsed once. */
  def of(file: ArtifactFile): Descriptor =
    Option(cache.get(file.path)).getOrElse {
      val text = file.descriptor
      val descriptor = parse(new ObjectMapper().readTree(text))
      SentNames.checkArtifact(file.path.getName, descriptor.digest, text)
      if (cache.size >= cacheLimit) cache.clear()
      cache.put(file.path, descriptor)
      descriptor
    }

  def parse(json: JsonNode): Descriptor = {
    val found = json.get("version").asInt
    require(found == version, s"descriptor version $found, this jar reads $version")
    Descriptor(
      digest = json.get("digest").asText,
      flavor = json.get("flavor").asText,
      layout = json.get("layout").asText match {
        case "columns" => InputLayout.Columns
        case "matrix" => InputLayout.Matrix
        case "tensors" => InputLayout.Tensors
        case "frame" => InputLayout.Frame
      },
      features = json.get("features").elements.asScala.map(feature).toVector,
      featureCount = stated(json, "feature_count").map(_.asInt),
      element = dataType(json, "element"),
      takesNull = stated(json, "takes_null").map(_.asBoolean),
      params = json
        .get("params")
        .fields
        .asScala
        .map { entry =>
          entry.getKey -> entry.getValue.path("type").asText
        }
        .toMap,
      members = json.path("members").fields.asScala.map(member).toMap,
      json = json
    )
  }

  private def member(entry: JMap.Entry[String, JsonNode]): (String, Member) = {
    val json = entry.getValue
    val size = json.get("size").asLong
    entry.getKey -> Member(entry.getKey, size, json.get("sha256").asText)
  }

  private def feature(json: JsonNode): Feature =
    Feature(
      json.get("name").asText,
      dataType(json, "type"),
      json.get("optional").asBoolean,
      stated(json, "takes_null").map(_.asBoolean),
      stated(json, "shape").map(_.elements.asScala.map(_.asInt).toVector)
    )

  private def dataType(json: JsonNode, field: String): Option[DataType] =
    stated(json, field).map(text => DataType.fromJson(text.toString))

  private def stated(json: JsonNode, field: String): Option[JsonNode] =
    Option(json.get(field)).filterNot(_.isNull)
}
