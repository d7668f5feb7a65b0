// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import scala.util.Try

import com.fasterxml.jackson.databind.node.JsonNodeFactory
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import io.sparkpredict.PredictErrors
import io.sparkpredict.model.BoundModel
import org.apache.spark.sql.catalyst.expressions.{EmptyRow, Expression}
import org.apache.spark.sql.catalyst.util.{ArrayData, MapData}
import org.apache.spark.sql.types.{ArrayType, DataType, Decimal, MapType, StringType}

/** MLflow's inference parameters of one call: a constant map from texts as its last argument.
  *
  * A map has one type for all its values, so `map('top', 3, 'mode', 'fast')` is one of texts: what
  * the model's signature declares as a number or a boolean is read from its text.
  */
object CallParams {
  private val nodes = JsonNodeFactory.instance

  /** The other arguments, and the parameters as JSON. */
  def split(model: BoundModel, arguments: Seq[Argument]): (Seq[Argument], Option[String]) =
    arguments.lastOption match {
      case Some(last) if last.name.isEmpty && isConstantMap(last.value) =>
        if (!model.binding.readsParams && model.descriptor.params.nonEmpty)
          throw PredictErrors.parametersUnread(model.alias)
        (arguments.init, Some(json(model, last.value)))
      case _ => (arguments, None)
    }

  private def isConstantMap(value: Expression): Boolean = value.dataType match {
    case MapType(_: StringType, _, _) => value.foldable
    case _ => false
  }

  private def json(model: BoundModel, value: Expression): String = {
    val known = model.descriptor.params
    val found = nodes.objectNode()
    (value.eval(EmptyRow), value.dataType) match {
      case (map: MapData, MapType(keys, values, _)) =>
        map.foreach(
          keys,
          values,
          (key, one) => {
            val name = key.toString
            val declared = known.getOrElse(
              name,
              throw PredictErrors.parameterUnknown(model.alias, name, known.keys.toSeq.sorted)
            )
            found.set[JsonNode](name, declaredAs(model, name, declared, node(one, values)))
          }
        )
      case _ =>
    }
    new ObjectMapper().writeValueAsString(found)
  }

  private def node(value: Any, kind: DataType): JsonNode = (value, kind) match {
    case (null, _) => nodes.nullNode()
    case (array: ArrayData, ArrayType(element, _)) =>
      val items = nodes.arrayNode()
      array.foreach(element, (_, item) => items.add(node(item, element)))
      items
    case (truth: Boolean, _) => nodes.booleanNode(truth)
    case (number: Byte, _) => nodes.numberNode(number.toLong)
    case (number: Short, _) => nodes.numberNode(number.toLong)
    case (number: Int, _) => nodes.numberNode(number)
    case (number: Long, _) => nodes.numberNode(number)
    case (number: Float, _) => nodes.numberNode(number.toDouble)
    case (number: Double, _) => nodes.numberNode(number)
    case (number: Decimal, _) => nodes.numberNode(number.toDouble)
    case (other, _) => nodes.textNode(other.toString)
  }

  private def declaredAs(model: BoundModel, name: String, declared: String, value: JsonNode) =
    if (!value.isTextual || declared == "string" || declared == "datetime") value
    else {
      val text = value.asText
      val read: Option[JsonNode] = declared match {
        case "integer" | "long" => Try(nodes.numberNode(text.trim.toLong): JsonNode).toOption
        case "float" | "double" => Try(nodes.numberNode(text.trim.toDouble): JsonNode).toOption
        case "boolean" => Try(nodes.booleanNode(text.trim.toBoolean): JsonNode).toOption
        case _ => Some(value)
      }
      read.getOrElse(throw PredictErrors.parameterValue(model.alias, name, declared, text))
    }
}
