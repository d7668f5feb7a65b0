// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import io.sparkpredict.engine.block.BlockAnswer.Made
import io.sparkpredict.engine.block.{AnswerParts, BlockAnswer, BlockFeature}
import io.sparkpredict.engine.compiled.AnswerLeaves
import org.apache.spark.sql.catalyst.expressions.{
  CaseWhen,
  EqualTo,
  Expression,
  GetArrayItem,
  Literal,
  MapFromArrays
}
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{
  ArrayType,
  BooleanType,
  DataType,
  DoubleType,
  LongType,
  MapType,
  StringType,
  StructField,
  StructType
}

/** A graph's outputs in the form that the python engine gives, as `returns.py` and `by_class.py`
  * settled it when the model was bound.
  *
  * @param types
  *   the Spark type of each output's column; or why there is none
  * @param classes
  *   a classifier's labels as text; empty for other models
  */
final class OnnxAnswers(
    graph: OnnxGraph,
    types: Seq[Either[String, DataType]],
    output: Option[String],
    classes: Seq[String]
) {
  import OnnxAnswers._

  private val names = graph.outputs.map(_._1)

  def of(carrier: DataType, declared: DataType): Made = declared match {
    case fields: StructType =>
      carrier match {
        case parts: StructType => struct(parts, fields)
        case other => Left(s"its answer is not made ${other.sql} here")
      }
    case _: MapType => byClass
    case _ => asked.flatMap(column => value(column, carrier, declared))
  }

  private def asked: Either[String, Int] =
    graph.answers
      .get(output.getOrElse("predict"))
      .flatMap(_.headOption)
      .map(names.indexOf)
      .filter(_ >= 0)
      .toRight(s"its graph does not give '${output.getOrElse("predict")}'")

  private def value(column: Int, carrier: DataType, declared: DataType): Made =
    AnswerParts.value(carrier, leaf(column, _, declared))(fields(column, _, declared))

  private def fields(
      column: Int,
      parts: Seq[StructField],
      declared: DataType
  ): AnswerParts.Fields = {
    def filled = typed(column).map(kind => part(BlockFeature.nested(kind)._2))
    AnswerParts.fields(parts, filled)(leaf(column, _, declared))
  }

  private def typed(column: Int): Either[String, DataType] =
    types(column)

  private def leaf(column: Int, carried: DataType, declared: DataType): Made =
    typed(column).flatMap { own =>
      val (depth, from) = BlockFeature.nested(own)
      val (wanted, to) = BlockFeature.nested(carried)
      if (depth != wanted || !isCast(from, to))
        Left(s"its answer ${names(column)}, ${own.sql}, is not made ${carried.sql} here")
      else if (depth == 0 && to == DoubleType)
        Right(
          BlockAnswer(
            Seq(column),
            c => AnswerLeaves.whole(Compat.strictCast(c(column), to, attempt = true), declared)
          )
        )
      else if (own == carried) Right(BlockAnswer(Seq(column), c => c(column)))
      else
        Right(BlockAnswer(Seq(column), c => Compat.strictCast(c(column), carried, attempt = true)))
    }

  private def struct(carrier: StructType, declared: StructType): Made =
    AnswerParts.struct(carrier, declared) { (field, at, parts) =>
      source(declared, field, at).flatMap {
        case Left(column) => fields(column, parts, field.dataType)
        case Right(made) => Right(parts.map(_.name -> made))
      }
    }

  /** What a field of the declared struct is: an output, or an answer that is made already. */
  private def source(
      declared: StructType,
      field: StructField,
      at: Int
  ): Either[String, Either[Int, BlockAnswer]] = {
    val byName = declared.fieldNames.forall(name => named(name).isDefined)
    (field.name.toLowerCase, field.dataType) match {
      case _ if output.forall(_ == "predict") && byName => Right(Left(named(field.name).get))
      case ("label", _) if isByPart(declared) => Right(Left(names.indexOf(graph.label.get)))
      case (_, _: MapType) if isByPart(declared) => byClass.map(Right(_))
      case (_, _: ArrayType) if isByPart(declared) =>
        Right(Left(names.indexOf(graph.probabilities.get)))
      case ("probability", _) if isByPart(declared) => probability.map(Right(_))
      case _ =>
        for {
          column <- asked
          kind <- typed(column)
          made <- kind match {
            case ArrayType(one, _)
                if BlockFeature.nested(kind)._1 == 1 && declared.size == width(column) =>
              Right(Right(item(column, one, at)))
            case _ => Left("its outputs have no names that fields could be found by")
          }
        } yield made
    }
  }

  /** That of the label. */
  private def probability: Made = {
    val (label, all) = (names.indexOf(graph.label.get), names.indexOf(graph.probabilities.get))
    if (classes.isEmpty || classes.size != width(all) || types(label).isLeft)
      Left("its graph has no probabilities by class")
    else
      Right(
        BlockAnswer(
          Seq(label, all),
          c => {
            val text = Compat.strictCast(c(label), StringType, attempt = true)
            val each = classes.zipWithIndex.map { case (one, at) =>
              val number: Expression = new GetArrayItem(c(all), Literal(at), false)
              (EqualTo(text, Literal(one)): Expression, number)
            }
            new CaseWhen(each, None)
          }
        )
      )
  }

  private def item(column: Int, kind: DataType, at: Int): BlockAnswer =
    BlockAnswer(
      Seq(column),
      c =>
        Compat.strictCast(
          new GetArrayItem(c(column), Literal(at), false),
          if (kind == LongType) DoubleType else kind,
          attempt = true
        )
    )

  private def width(column: Int): Int = graph.outputs(column)._2.fold(_ => -1, _.width)

  private def named(name: String): Option[Int] =
    Some(names.indexOf(name))
      .filter(_ >= 0)
      .orElse(Some(names.indexWhere(_.equalsIgnoreCase(name))).filter(_ >= 0))

  private def isByPart(declared: StructType): Boolean =
    graph.label.isDefined && graph.probabilities.isDefined &&
      output.forall(Set("predict", "predict_proba")) &&
      declared.fieldNames.forall(name =>
        Set("label", "probability", "probabilities")(name.toLowerCase)
      )

  private def byClass: Made = graph.probabilities.map(names.indexOf) match {
    case Some(column) if classes.nonEmpty && classes.size == width(column) =>
      Right(BlockAnswer(Seq(column), c => MapFromArrays(AnswerParts.keys(classes), c(column))))
    case _ => Left("its graph has no probabilities by class")
  }
}

object OnnxAnswers {
  private def part(kind: DataType): String = kind match {
    case LongType | BooleanType => "__long"
    case StringType => "__text"
    case _ => "__double"
  }

  /** Casts of which the worker's leaves make the same. */
  private def isCast(from: DataType, to: DataType): Boolean = (from, to) match {
    case (_, _) if from == to => true
    case (LongType | BooleanType, DoubleType) | (BooleanType, LongType) => true
    case (LongType, StringType) => true
    case _ => false
  }
}
