// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Coalesce, Expression, GetStructField}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{DataType, StructType}

/** From the type that an engine gives to the type that the user declared.
  *
  * Toward zero; out of range, NaN and infinity are an error under ANSI and NULL otherwise. A
  * carrier of exact numbers comes as a struct of which one field is filled.
  */
object DeclaredType {

  /** The fields of the struct that carries a BIGINT or DECIMAL; the same as in worker/outputs.py. */
  val exactFields: Seq[String] = Seq("__long", "__double", "__text")

  def convert(score: Expression, call: Predict): Expression =
    score.dataType match {
      case carrier: StructType if isExact(carrier) =>
        Coalesce(carrier.indices.map { index =>
          cast(GetStructField(score, index, Some(carrier(index).name)), call)
        })
      case same if same == call.dataType => score
      case _ => cast(score, call)
    }

  def isExact(carrier: StructType): Boolean =
    carrier.nonEmpty && carrier.fieldNames.forall(name => exactFields.contains(name))

  private def cast(score: Expression, call: Predict): Expression =
    if (score.dataType == call.dataType) score
    else {
      Compat.strictCast(
        score,
        call.dataType: DataType,
        Some(SQLConf.get.sessionLocalTimeZone),
        attempt = !call.ansi
      )
    }
}
