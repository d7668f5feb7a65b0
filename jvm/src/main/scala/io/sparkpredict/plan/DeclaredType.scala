// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{
  Coalesce,
  CreateNamedStruct,
  Expression,
  GetStructField,
  Literal
}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{DataType, StructType}

/** From the type that an engine gives to the type that the user declared.
  *
  * Toward zero; out of range, NaN and infinity are an error under ANSI and NULL otherwise. What a
  * double cannot hold comes in three parts of which one is filled; the names of the parts are those
  * of worker/carrier.py.
  */
object DeclaredType {
  private val parts = Seq("__long", "__double", "__text")

  def convert(score: Expression, call: Predict): Expression =
    new DeclaredType(attempt = !call.ansi).convert(score, call.dataType)
}

private final class DeclaredType(attempt: Boolean) {
  def convert(score: Expression, declared: DataType): Expression =
    (score.dataType, declared) match {
      case (same, _) if same == declared => score
      case (carrier: StructType, wanted: StructType) => struct(score, carrier, wanted)
      case (carrier: StructType, _) => exact(score, carrier, DeclaredType.parts, declared)
      case _ => cast(score, declared)
    }

  private def struct(score: Expression, carrier: StructType, wanted: StructType): Expression =
    CreateNamedStruct(wanted.fields.toSeq.flatMap { field =>
      val value =
        if (carrier.fieldNames.contains(field.name)) {
          cast(part(score, carrier, field.name), field.dataType)
        } else {
          val names = DeclaredType.parts.map(name => s"$name:${field.name}")
          exact(score, carrier, names, field.dataType)
        }
      Seq(Literal(field.name), value)
    })

  /** Of the parts the one that has a value. */
  private def exact(score: Expression, carrier: StructType, names: Seq[String], to: DataType) =
    Coalesce(names.map(name => cast(part(score, carrier, name), to)))

  private def part(score: Expression, carrier: StructType, name: String): Expression =
    GetStructField(score, carrier.fieldIndex(name), Some(name))

  private def cast(value: Expression, to: DataType): Expression =
    if (value.dataType == to) value
    else Compat.strictCast(value, to, Some(SQLConf.get.sessionLocalTimeZone), attempt)
}
