// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.engine.block.BlockAnswer.Made
import org.apache.spark.sql.catalyst.expressions.{CreateNamedStruct, Expression, Literal}
import org.apache.spark.sql.catalyst.util.GenericArrayData
import org.apache.spark.sql.types.{ArrayType, DataType, StringType, StructField, StructType}
import org.apache.spark.unsafe.types.UTF8String

/** Answers in the carrier's form, whichever engine makes them: a value that is in one of three parts,
  * and the fields of a struct. See `returns.py`.
  */
object AnswerParts {

  /** Answers by the carrier's field, or why there is one less. */
  type Fields = Either[String, Seq[(String, BlockAnswer)]]

  /** One value as the carrier has it: plain, or in parts.
    *
    * @param plain
    *   the value of a type
    * @param inParts
    *   the value in these fields
    */
  def value(carrier: DataType, plain: DataType => Made)(
      inParts: Seq[StructField] => Fields
  ): Made = carrier match {
    case parts: StructType => inParts(parts.fields.toSeq).map(structure)
    case kind => plain(kind)
  }

  /** One value in the carrier's fields for it: the only one, or one of several, the others NULL.
    *
    * @param filled
    *   how the name of that one starts
    * @param made
    *   the value of a type
    */
  def fields(parts: Seq[StructField], filled: => Either[String, String])(
      made: DataType => Made
  ): Fields =
    if (parts.size == 1) made(parts.head.dataType).map(one => Seq(parts.head.name -> one))
    else {
      for {
        start <- filled
        field <- parts.find(_.name.startsWith(start)).toRight(s"there is no part $start")
        one <- made(field.dataType)
      } yield parts.map { each =>
        each.name -> (if (each.name == field.name) one else nothing(each.dataType))
      }
    }

  /** A declared struct.
    *
    * @param made
    *   of a declared field, its place, and the carrier's fields for it
    */
  def struct(carrier: StructType, declared: StructType)(
      made: (StructField, Int, Seq[StructField]) => Fields
  ): Made = {
    val each = declared.fields.toSeq.zipWithIndex.map { case (field, at) =>
      made(field, at, carrier.fields.toSeq.filter(p => p.name == field.name || isPart(p, field)))
    }
    each.collectFirst { case Left(reason) => Left(reason) }.getOrElse {
      Right(structure(each.collect { case Right(fields) => fields }.flatten))
    }
  }

  /** A classifier's labels, as the keys of a map. */
  def keys(classes: Seq[String]): Literal = {
    val texts = new GenericArrayData(classes.map(UTF8String.fromString))
    Literal.create(texts, new ArrayType(StringType, false))
  }

  private def isPart(part: StructField, field: StructField): Boolean =
    part.name.startsWith("__") && part.name.endsWith(s":${field.name}")

  private def nothing(kind: DataType): BlockAnswer =
    BlockAnswer(Nil, _ => Literal.create(null, kind))

  private def structure(fields: Seq[(String, BlockAnswer)]): BlockAnswer =
    BlockAnswer(
      fields.flatMap(_._2.columns).distinct,
      c =>
        CreateNamedStruct(fields.flatMap { case (name, made) =>
          Seq[Expression](Literal(name), made.of(c))
        })
    )
}
