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
  *   one expression for each feature, in the model's order and of its types
  * @param dataType
  *   the declared return type
  * @param ansi
  *   whether a score that does not fit the declared type is an error or NULL
  */
final case class Predict(
    model: BoundModel,
    inputs: Seq[Expression],
    override val dataType: DataType,
    ansi: Boolean
) extends UnevaluableExpression {
  override def children: Seq[Expression] = inputs

  override def nullable: Boolean = true

  override def prettyName: String = "predict"

  override def sql: String =
    (s"'${model.alias}'" +: inputs.map(_.sql)).mkString(s"$prettyName(", ", ", ")")

  override def toString: String =
    (model.label +: inputs.map(_.toString)).mkString(s"$prettyName(", ", ", ")")

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): Predict =
    copy(inputs = children)
}
