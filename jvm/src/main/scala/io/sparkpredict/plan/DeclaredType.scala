// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.model.{BoundModel, ErrorPolicy}
import org.apache.spark.sql.catalyst.expressions.{
  And,
  Coalesce,
  Concat,
  CreateNamedStruct,
  Expression,
  GetStructField,
  If,
  IsNull,
  Literal
}
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{DataType, NumericType, StringType, StructType}

/** From the type that an engine gives to the type that the user declared.
  *
  * Toward zero; out of range, NaN and infinity are an error under ANSI and NULL otherwise. What a
  * double cannot hold comes in three parts of which one is filled; the names of the parts are those
  * of worker/carrier.py.
  */
object DeclaredType {
  private val parts = Seq("__long", "__double", "__text")
  private val value = "__value"
  private val error = "__error"

  def of(node: PredictNode): Expression = {
    val (score, call) = (node.result, node.call)
    val declared = call.model.binding.returns
    call.model.binding.options.onError match {
      case ErrorPolicy.Fail => scored(new DeclaredType(!call.ansi).convert(score, declared), call)
      case ErrorPolicy.Null => new DeclaredType(attempt = true).orNull(score, declared)
      case ErrorPolicy.Capture => new DeclaredType(attempt = true).captured(score, declared)
    }
  }

  /** A struct whose row the model was not given is NULL, and not a struct of NULLs. */
  private def scored(made: Expression, call: Predict): Expression = made.dataType match {
    case _: StructType =>
      ModelInputs.present(call).fold(made)(If(_, made, Literal.create(null, made.dataType)))
    case _ => made
  }
}

private final class DeclaredType(attempt: Boolean) {
  def convert(score: Expression, declared: DataType): Expression =
    (score.dataType, declared) match {
      case (same, _) if same == declared => score
      case (carrier: StructType, wanted: StructType) => struct(score, carrier, wanted)
      case (carrier: StructType, _) => exact(score, carrier, DeclaredType.parts, declared)
      case _ => cast(score, declared)
    }

  /** A struct of the value and of what kept the row from having one. */
  def captured(score: Expression, declared: DataType): Expression = {
    val carrier = score.dataType.asInstanceOf[StructType]
    val error = part(score, carrier, DeclaredType.error)
    val raw =
      if (carrier.fieldNames.contains(DeclaredType.value)) part(score, carrier, DeclaredType.value)
      else score
    val value = orNull(raw, declared)
    CreateNamedStruct(
      Seq(
        Literal(BoundModel.value),
        If(IsNull(error), value, Literal.create(null, declared)),
        Literal(BoundModel.error),
        unfitting(raw, value, declared).fold(error)(lost => Coalesce(Seq(error, lost)))
      )
    )
  }

  /** Says so where a number does not fit the declared one. */
  private def unfitting(raw: Expression, value: Expression, declared: DataType) =
    (declared, raw.dataType) match {
      case (number: NumericType, carrier) if carrier != number =>
        val shown = carrier match {
          case struct: StructType => exact(raw, struct, DeclaredType.parts, StringType)
          case _ => cast(raw, StringType)
        }
        val text =
          Concat(Seq(Literal("score "), shown, Literal(s" does not fit ${declared.sql}")))
        Some(If(IsNull(value), text, Literal.create(null, StringType)))
      case _ => None
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

  /** A struct of which every part is NULL as NULL: a bad row, or one that was not scored. */
  def orNull(score: Expression, declared: DataType): Expression = {
    val made = convert(score, declared)
    (score.dataType, declared) match {
      case (carrier: StructType, _: StructType) =>
        val nothing = carrier.fieldNames.toSeq
          .filterNot(_ == DeclaredType.error)
          .map(name => IsNull(part(score, carrier, name)): Expression)
          .reduce(And(_, _))
        If(nothing, Literal.create(null, declared), made)
      case _ => made
    }
  }

  /** Of the parts the one that has a value. */
  private def exact(score: Expression, carrier: StructType, names: Seq[String], to: DataType) =
    Coalesce(names.map(name => cast(part(score, carrier, name), to)))

  private def part(score: Expression, carrier: StructType, name: String): Expression =
    GetStructField(score, carrier.fieldIndex(name), Some(name))

  private def cast(value: Expression, to: DataType): Expression =
    Compat.strictCast(value, to, attempt)
}
