// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.BlockAnswer.Made
import io.sparkpredict.engine.block.{AnswerParts, BlockAnswer, BlockFeature}
import org.apache.spark.sql.catalyst.expressions.MapFromArrays
import org.apache.spark.sql.types.{
  DataType,
  DecimalType,
  MapType,
  StringType,
  StructField,
  StructType
}

/** A plan's outputs in the form that the python engine gives: a value, an array, or a struct of
  * parts, as `returns.py` and `by_class.py` settled it when the model was bound.
  *
  * @param output
  *   what `output=` asks for
  * @param classes
  *   a classifier's labels as text; empty for other models
  */
final class AnswerForms(plan: PlanFile, output: Option[String], classes: Seq[String]) {
  import AnswerForms._

  def of(carrier: DataType, declared: DataType): Made = declared match {
    case fields: StructType => struct(carrier.asInstanceOf[StructType], fields)
    case _: MapType => byClass
    case _ => asked.flatMap(value(_, carrier, declared))
  }

  private def asked: Either[String, PlanOutput] = named(output.getOrElse(plan.default))

  private def named(name: String): Either[String, PlanOutput] =
    plan.outputs.get(name).toRight(s"its plan does not have the output '$name'")

  private def probabilities: Either[String, PlanOutput] =
    named(output.filter(methods).getOrElse("predict_proba")).flatMap { one =>
      if (one.columns.size == classes.size) Right(one)
      else Left("its plan has no probabilities by class")
    }

  /** One value, also where it is in one of three parts. */
  private def value(one: PlanOutput, carrier: DataType, declared: DataType): Made =
    AnswerParts.value(carrier, AnswerLeaves.of(one, _, declared))(fields(one, _, declared))

  private def fields(
      one: PlanOutput,
      parts: Seq[StructField],
      declared: DataType
  ): AnswerParts.Fields = {
    def filled = part(one.labels, BlockFeature.nested(declared)._2)
    AnswerParts.fields(parts, filled)(AnswerLeaves.of(one, _, declared))
  }

  private def struct(carrier: StructType, declared: StructType): Made =
    AnswerParts.struct(carrier, declared) { (field, at, parts) =>
      source(declared, field, at).flatMap {
        case Left(one) => fields(one, parts, field.dataType)
        case Right(made) => Right(parts.map(_.name -> made))
      }
    }

  /** What a field of the declared struct is: an output, or an answer that is made already. */
  private def source(
      declared: StructType,
      field: StructField,
      at: Int
  ): Either[String, Either[PlanOutput, BlockAnswer]] =
    if (isByPart(declared)) {
      (field.name.toLowerCase, field.dataType) match {
        case ("label", StringType) => named("predict").map(one => Left(one.copy(labels = texts)))
        case ("label", _) => named("predict").map(Left(_))
        case ("probability", _) => probability.map(Right(_))
        case (_, _: MapType) => byClass.map(Right(_))
        case _ => probabilities.map(Left(_))
      }
    } else if (output.exists(methods) && classes.nonEmpty) {
      probabilities.map(all => Left(single(all.columns(placeOfClass(declared, field.name, at)))))
    } else {
      asked.flatMap { one =>
        if (one.isArray && one.columns.size == declared.fields.length)
          Right(Left(single(one.columns(at))))
        else if (!one.isArray && declared.fields.length == 1) Right(Left(one))
        else Left("its outputs have no names that fields could be found by")
      }
    }

  private def isByPart(declared: StructType): Boolean = {
    val names = declared.fieldNames.toSeq.map(_.toLowerCase)
    classes.nonEmpty && output.forall(Set("predict", "predict_proba")) &&
    names.forall(Set("label", "probability", "probabilities")) && names.distinct == names &&
    !classes.exists(text => names.contains(text.toLowerCase))
  }

  /** By its name, in any case where that is clear, else by its place. */
  private def placeOfClass(declared: StructType, name: String, at: Int): Int = {
    val folded = classes.map(_.toLowerCase)
    if (declared.fieldNames.forall(classes.contains)) classes.indexOf(name)
    else if (declared.fieldNames.forall(n => folded.contains(n.toLowerCase)))
      folded.indexOf(name.toLowerCase)
    else at
  }

  private def texts: Option[PlanLabels] = Some(PlanLabels.Text(classes.toVector))

  private def probability: Made =
    for {
      label <- named("predict")
      all <- probabilities
    } yield BlockAnswer(
      (label.columns ++ all.columns).distinct,
      c => AnswerLeaves.at(AnswerLeaves.array(all.columns.map(c)), c(label.columns.head))
    )

  private def byClass: Made = probabilities.map { all =>
    val names = AnswerParts.keys(classes)
    BlockAnswer(
      all.columns,
      c => MapFromArrays(names, AnswerLeaves.array(all.columns.map(c)))
    )
  }
}

object AnswerForms {

  /** The outputs with one column for each class. */
  private val methods = Set("predict_proba", "predict_log_proba", "predict_joint_log_proba")

  private def part(labels: Option[PlanLabels], declared: DataType): Either[String, String] =
    (labels, declared) match {
      case (Some(_: PlanLabels.Whole | _: PlanLabels.Truth), _) => Right("__long")
      case (Some(_: PlanLabels.Text), StringType) => Right("__text")
      case (Some(_: PlanLabels.Text), _) | (_, _: DecimalType) =>
        Left(s"its answers are not made ${declared.sql} here")
      case _ => Right("__double")
    }

  private def single(column: Int): PlanOutput =
    PlanOutput(Vector(column), isArray = false, None, "")
}
