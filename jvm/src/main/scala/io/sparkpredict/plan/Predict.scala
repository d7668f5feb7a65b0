// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.model.BoundModel
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.types.DataType

/** A call of PREDICT, bound to its model when the query was analysed.
  *
  * Deterministic as far as its arguments are, so Spark may prune, push and compare it.
  * `ExtractPredict` replaces it before the optimizer could copy it.
  *
  * @param inputs
  *   one expression for each feature in the model's order, as the query gives it
  * @param intakes
  *   how each input reaches the model
  * @param params
  *   the call's own inference parameters as JSON
  * @param dataType
  *   what the call returns: the declared type, or a struct of it and an error
  * @param ansi
  *   whether a score that does not fit the declared type is an error or NULL
  * @param guard
  *   in a `PredictNode` a boolean column, never NULL: rows where it is false are not given to the
  *   model, and their score is NULL
  */
final case class Predict(
    model: BoundModel,
    inputs: Seq[Expression],
    intakes: Seq[Intake],
    params: Option[String],
    override val dataType: DataType,
    ansi: Boolean,
    guard: Option[Expression]
) extends UnevaluableExpression {
  override def children: Seq[Expression] = inputs ++ guard

  override def nullable: Boolean = true

  override def prettyName: String = "predict"

  override def sql: String =
    (s"'${model.alias}'" +: (inputs.map(_.sql) ++ params)).mkString(s"$prettyName(", ", ", ")")

  override def toString: String = {
    val condition = guard.map(flag => s"if $flag").toSeq
    (model.label +: (inputs.map(_.toString) ++ params ++ condition))
      .mkString(s"$prettyName(", ", ", ")")
  }

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): Predict =
    copy(inputs = children.take(inputs.size), guard = children.drop(inputs.size).headOption)
}
