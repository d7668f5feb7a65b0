// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import java.math.BigDecimal

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.types.{
  BooleanType,
  ByteType,
  DataType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  ShortType
}

/** The values of one row for an error text, as `worker/row_text.py` shows them: `a = 1.0, b = NULL
  * and 3 more`.
  */
object RowText {
  private val mostValues = 20
  private val longestValue = 80
  private val longest = 500

  /** @param features
    *   name, place and type of each
    * @param flaw
    *   what is wrong with the arguments, if that is it; what then merely stands in for a value is
    *   left out
    */
  def of(features: Seq[(String, Int, DataType)], row: InternalRow, flaw: Option[String]): String = {
    val values = features.filterNot { case (name, at, kind) =>
      flaw.exists { text =>
        val isNamed = text.startsWith(s"feature $name:") || text.startsWith(s"feature $name is ")
        isNamed || standsIn(row, at, kind)
      }
    }
    var length = 0
    val shown = values
      .take(mostValues)
      .map { case (name, at, kind) => s"${cut(name)} = ${cut(value(row, at, kind))}" }
      .takeWhile { text => length += text.length + 2; length <= longest }
    val rest = features.size - shown.size
    if (shown.isEmpty) "none" else shown.mkString(", ") + (if (rest > 0) s" and $rest more" else "")
  }

  private def standsIn(row: InternalRow, at: Int, kind: DataType): Boolean = kind match {
    case _ if row.isNullAt(at) => false
    case BooleanType => !row.getBoolean(at)
    case ByteType | ShortType | IntegerType | LongType => value(row, at, kind) == "0"
    case _ => false
  }

  private def value(row: InternalRow, at: Int, kind: DataType): String =
    if (row.isNullAt(at)) "NULL"
    else {
      kind match {
        case DoubleType => number(row.getDouble(at))
        case FloatType => number(row.getFloat(at).toDouble)
        case BooleanType => if (row.getBoolean(at)) "True" else "False"
        case ByteType => row.getByte(at).toString
        case ShortType => row.getShort(at).toString
        case IntegerType => row.getInt(at).toString
        case LongType => row.getLong(at).toString
        case _ => s"'${row.getUTF8String(at)}'"
      }
    }

  /** As Python writes it. */
  private def number(value: Double): String =
    if (value.isNaN) "NaN"
    else if (value.isInfinite) { if (value > 0) "inf" else "-inf" }
    else {
      val size = math.abs(value)
      val digits = new BigDecimal(value.toString).stripTrailingZeros
      if (size == 0.0 || (size >= 1e-4 && size < 1e16)) {
        val plain = if (size == 0.0) value.toString else digits.toPlainString
        if (plain.contains(".")) plain else s"$plain.0"
      } else {
        val exponent = digits.precision - digits.scale - 1
        val sign = if (exponent < 0) "-" else "+"
        val shift = digits.movePointLeft(exponent).stripTrailingZeros.toPlainString
        f"${shift}e$sign${math.abs(exponent)}%02d"
      }
    }

  private def cut(text: String): String =
    if (text.length <= longestValue) text else s"${text.take(longestValue)}..."
}
