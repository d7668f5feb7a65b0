// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.JsonNode
import io.sparkpredict.model.Descriptor

/** What the descriptor says of a model's graph; the twin of `onnx/entry.py`.
  *
  * @param member
  *   of the artifact, if the graph is one
  * @param path
  *   of the graph in the model folder, if it is not
  * @param beside
  *   where beside it the artifact must lie, in which its weights are
  * @param files
  *   of the model folder: the graph, or the weights that are read in the artifact
  * @param fed
  *   for each input the places of the features that fill it
  * @param outputs
  *   by name; or why the engine does not give it
  * @param answers
  *   for what `output=` takes the outputs that it needs
  */
final case class OnnxGraph(
    member: Option[String],
    path: Option[String],
    beside: Option[String],
    files: Seq[GraphFile],
    inputs: Seq[TensorType],
    fed: Seq[Seq[Int]],
    outputs: Seq[(String, Either[String, TensorType])],
    label: Option[String],
    probabilities: Option[String],
    answers: Map[String, Seq[String]],
    nodes: Long,
    options: StatedOptions
) {

  /** Bytes of its files, which are mostly weights. */
  def size: Long = files.map(_.size).sum
}

/** A file of the model folder. */
final case class GraphFile(path: String, size: Long, sha256: String)

object OnnxGraph {
  private val kinds: Map[String, TensorType.Kind] =
    TensorType.Kind.values.map(kind => kind.toString -> kind).toMap

  /** The graph, or why the engine has none. */
  def of(descriptor: Descriptor): Either[String, OnnxGraph] = {
    val json = descriptor.json.path("onnx")
    if (json.isMissingNode || json.isNull)
      Left(s"models of the flavor ${descriptor.flavor} are no ONNX graphs")
    else if (json.has("reason")) Left(json.get("reason").asText)
    else {
      val inputs = items(json.path("inputs")).map(tensor(_, "input"))
      inputs.collectFirst { case Left(cause) => cause } match {
        case Some(cause) => Left(cause)
        case None =>
          StatedOptions
            .of(json.path("options"))
            .map(graph(json, inputs.collect { case Right(one) => one }, _))
      }
    }
  }

  private def graph(
      json: JsonNode,
      inputs: Seq[TensorType],
      options: StatedOptions
  ): OnnxGraph = OnnxGraph(
    text(json.path("graph").path("member")),
    text(json.path("graph").path("path")),
    text(json.path("graph").path("artifact")),
    items(json.path("files")).map { one =>
      GraphFile(one.path("path").asText, one.path("size").asLong, one.path("sha256").asText)
    },
    inputs,
    items(json.path("inputs")).map(one => items(one.path("features")).map(_.asInt)),
    items(json.path("outputs")).map(one => name(one) -> tensor(one, "output")),
    text(json.path("roles").path("label")),
    text(json.path("roles").path("probabilities")),
    json
      .path("answers")
      .fields
      .asScala
      .map(entry => entry.getKey -> items(entry.getValue).map(_.asText))
      .toMap,
    json.path("nodes").asLong,
    options
  )

  /** What the engine takes or gives; or why it does not. */
  private def tensor(json: JsonNode, role: String): Either[String, TensorType] = {
    val (kind, shape) = (json.path("type").asText, items(json.path("shape")))
    if (json.has("altered")) Left(json.get("altered").asText)
    else if (kind.isEmpty || shape.isEmpty)
      Left(s"its $role ${name(json)} is no tensor that is taken here")
    else
      kinds
        .get(kind)
        .filter(_.isMade || role == "output")
        .map(new TensorType(name(json), _, shape.drop(1).map(_.asLong): _*))
        .toRight(s"ONNX Runtime's Java library makes no $kind, as its $role ${name(json)} is")
  }

  private def name(json: JsonNode): String = json.path("name").asText

  private def text(json: JsonNode): Option[String] =
    if (json.isTextual) Some(json.asText) else None

  private def items(json: JsonNode): Seq[JsonNode] = json.elements.asScala.toVector
}
