// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import com.fasterxml.jackson.databind.JsonNode
import io.sparkpredict.Resources
import io.sparkpredict.plan.{Conversion, VectorToArray}
import org.apache.spark.sql.types.{
  ArrayType,
  BinaryType,
  BooleanType,
  DataType,
  DecimalType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  MapType,
  NullType,
  NumericType,
  StringType,
  StructType,
  TimestampType
}

/** Which type of an argument fits which type of a feature, and how: `argument-types.json`, and the
  * same inside arrays, maps and structs. None where it is refused.
  */
object ArgumentTypes {
  private lazy val table: JsonNode = Resources.json("argument-types.json")

  def conversion(from: DataType, feature: Option[DataType]): Option[Conversion] =
    (from, feature) match {
      case (vector, Some(ArrayType(_: NumericType, _)) | None) if VectorToArray.isVector(vector) =>
        Some(Conversion.FromVector)
      case (_: ArrayType | _: MapType | _: StructType, None) => Some(Conversion.AsIs)
      case (_, None) => cell(from, "any", DoubleType)
      case (NullType, Some(to)) => Some(Conversion.Widened(to))
      case (array: ArrayType, Some(to: ArrayType)) =>
        inside(Seq(array.elementType -> to.elementType), to)
      case (map: MapType, Some(to: MapType)) =>
        inside(Seq(map.keyType -> to.keyType, map.valueType -> to.valueType), to)
      case (struct: StructType, Some(to: StructType)) if sameNames(struct, to) =>
        inside(struct.fields.map(_.dataType).toSeq.zip(to.fields.map(_.dataType)), to)
      case (_, Some(to)) => modelType(to).flatMap(cell(from, _, to))
    }

  /** A number, for an input that has no name and no type of its own. */
  def number(from: DataType): Conversion = from match {
    case DoubleType => Conversion.AsIs
    case _: NumericType | BooleanType | NullType => Conversion.Widened(DoubleType)
    case _ => Conversion.AsIs
  }

  /** The rows of a tensor: arrays as deep as its shape, flat ones, and vectors.
    *
    * @param tensor
    *   the type of a row, arrays as deep as its shape
    */
  def tensor(from: DataType, tensor: DataType): Option[Conversion] = {
    val (depth, leaf) = nested(tensor)
    nested(from) match {
      case (0, vector) if VectorToArray.isVector(vector) && isNumber(leaf) =>
        Some(Conversion.Tensor)
      case (found, value) if (found == 1 || found == depth) && fits(value, leaf) =>
        Some(Conversion.Tensor)
      case _ => None
    }
  }

  private def nested(kind: DataType): (Int, DataType) = kind match {
    case ArrayType(element, _) =>
      val (depth, leaf) = nested(element)
      (depth + 1, leaf)
    case leaf => (0, leaf)
  }

  private def fits(value: DataType, leaf: DataType): Boolean =
    if (isNumber(leaf)) isNumber(value) else value.getClass == leaf.getClass

  private def isNumber(kind: DataType): Boolean = kind match {
    case _: NumericType | BooleanType => true
    case _ => false
  }

  /** Parts that do not fit would be lost inside a value: nothing there is narrowed. */
  private def inside(parts: Seq[(DataType, DataType)], whole: DataType): Option[Conversion] = {
    val each = parts.map { case (from, to) => conversion(from, Some(to)) }
    if (each.forall(_.contains(Conversion.AsIs))) Some(Conversion.AsIs)
    else if (each.exists(part => part.isEmpty || part.exists(_.isInstanceOf[Conversion.Narrowed])))
      None
    else Some(Conversion.Widened(whole))
  }

  private def sameNames(one: StructType, other: StructType): Boolean =
    one.fieldNames.map(_.toLowerCase).sameElements(other.fieldNames.map(_.toLowerCase))

  private def cell(from: DataType, column: String, to: DataType): Option[Conversion] =
    table.path(row(from)).path(column).asText match {
      case "same" => Some(Conversion.AsIs)
      case "widened" | "double" => Some(Conversion.Widened(to))
      case "narrowed" => Some(Conversion.Narrowed(to))
      case _ => None
    }

  private def row(from: DataType): String = from match {
    case decimal: DecimalType => if (decimal.scale == 0) "decimal(p,0)" else "decimal(p,s)"
    case _: StringType => "string"
    case other =>
      val name = other.catalogString.replaceFirst("\\(\\d+\\)$", "")
      if (name.startsWith("interval")) interval(name) else name
  }

  /** `interval day to hour` and the like by the widest of their kind. */
  private def interval(name: String): String =
    if (name == "interval") name
    else if (name.matches(".*(year|month).*")) "interval year to month"
    else "interval day to second"

  private def modelType(to: DataType): Option[String] = to match {
    case BooleanType => Some("boolean")
    case IntegerType => Some("integer")
    case LongType => Some("long")
    case FloatType => Some("float")
    case DoubleType => Some("double")
    case _: StringType => Some("string")
    case BinaryType => Some("binary")
    case TimestampType => Some("datetime")
    case _ => None
  }
}
