// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.{File, InputStream}

import scala.collection.JavaConverters._
import scala.collection.mutable

import com.fasterxml.jackson.core.{JsonFactory, JsonParser, JsonProcessingException, JsonToken}
import com.fasterxml.jackson.databind.node.ObjectNode
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import io.sparkpredict.Resources

/** From the text of a models file to its entries. A flaw in an entry stays in that entry.
  *
  * YAML and JSON are read as the same tokens, which know their lines; no object is made of them but
  * maps, texts, numbers and booleans.
  */
object ModelsFileReader {
  private val mapper = new ObjectMapper()
  private val yaml = "com.fasterxml.jackson.dataformat.yaml.YAMLFactory"

  /** The arguments that an entry may have, each with the kinds of values that it takes. */
  private lazy val known: Map[String, Seq[String]] =
    Resources
      .json("listed-options.json")
      .fields
      .asScala
      .map { entry =>
        entry.getKey -> entry.getValue.elements.asScala.map(_.asText).toVector
      }
      .toMap

  /** Raises IllegalArgumentException, with the line, where the text is no mapping of aliases. */
  def read(file: String, text: InputStream): Map[String, ListedModel] = {
    val parser = factory(file).setCodec(mapper).createParser(text)
    try entries(file, parser)
    catch {
      case error: JsonProcessingException =>
        val line = Option(error.getLocation).fold("")(at => s"line ${at.getLineNr}: ")
        val told = error.getOriginalMessage.trim.split("\\s*\n\\s*").mkString(" ")
        throw new IllegalArgumentException(line + told.stripSuffix("."))
    } finally parser.close()
  }

  /** Spark brings the reader of YAML along with its client of Kubernetes, which a build may lack. */
  private def factory(file: String): JsonFactory =
    if (file.toLowerCase.endsWith(".json")) new JsonFactory()
    else
      try Class.forName(yaml).getConstructor().newInstance().asInstanceOf[JsonFactory]
      catch {
        case _: ClassNotFoundException =>
          throw new IllegalArgumentException("this Spark has no reader of YAML, only of .json")
      }

  private def entries(file: String, parser: JsonParser): Map[String, ListedModel] = {
    val found = mutable.LinkedHashMap.empty[String, ListedModel]
    parser.nextToken() match {
      case null => // an empty file lists no model
      case JsonToken.START_OBJECT =>
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          val entry = read(file, parser)
          found(entry.alias) = found.get(entry.alias).fold(entry) { first =>
            first.copy(flaw = Some(s"line ${entry.line} has the same alias"))
          }
        }
        if (parser.nextToken() != null) throw notOne(parser)
      case _ => throw notOne(parser)
    }
    found.toMap
  }

  private def notOne(parser: JsonParser) =
    new IllegalArgumentException(s"line ${line(parser)}: it is not one mapping of aliases")

  private def line(parser: JsonParser): Int = parser.currentTokenLocation.getLineNr

  private def read(file: String, parser: JsonParser): ListedModel = {
    val (alias, at) = (parser.currentName, line(parser))
    val options = mapper.createObjectNode()
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      parser.skipChildren()
      ListedModel(alias, file, at, options, Some("it is not a mapping with uri"))
    } else {
      val flaws = mutable.Buffer.empty[(Int, String)]
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        val (name, place) = (parser.currentName, line(parser))
        parser.nextToken()
        val value = parser.readValueAsTree[JsonNode]()
        flaw(options, name, value).foreach(cause => flaws += place -> cause)
        options.set[JsonNode](name, value)
      }
      if (flaws.isEmpty && !options.has("uri")) flaws += at -> "it has no uri"
      else if (flaws.isEmpty && isRelative(options.get("uri").asText))
        flaws += at -> "its uri is a relative path; write it from the root"
      val (shown, cause) = flaws.headOption.fold((at, Option.empty[String])) { case (place, text) =>
        (place, Some(text))
      }
      ListedModel(alias, file, shown, options, cause)
    }
  }

  /** The driver and the Python that binds have other working folders. */
  private def isRelative(uri: String): Boolean =
    !uri.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") && !new File(uri).isAbsolute

  private def flaw(options: ObjectNode, name: String, value: JsonNode): Option[String] =
    known.get(name) match {
      case None => Some(s"'$name' is no option; known: ${known.keys.toSeq.sorted.mkString(", ")}")
      case Some(_) if options.has(name) => Some(s"'$name' is there twice")
      case Some(kinds) if kinds.contains(kind(value)) => None
      case Some(kinds) =>
        val quoted = if (kinds.contains("text") && value.isValueNode) "; write it in quotes" else ""
        Some(s"'$name' is ${kind(value)}, not ${kinds.mkString(" or ")}$quoted")
    }

  private def kind(value: JsonNode): String =
    if (value.isTextual) "text"
    else if (value.isBoolean) "boolean"
    else if (value.isObject) "mapping"
    else value.getNodeType.toString.toLowerCase
}
