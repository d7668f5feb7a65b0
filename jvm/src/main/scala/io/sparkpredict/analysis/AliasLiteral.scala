// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import org.apache.spark.sql.catalyst.expressions.{EmptyRow, Expression}
import org.apache.spark.sql.types.StringType

/** The first argument of a call: a constant text. */
object AliasLiteral {
  def of(argument: Option[Expression]): String = argument match {
    case None => throw PredictErrors.aliasMissing()
    case Some(text) if text.foldable && text.dataType.isInstanceOf[StringType] =>
      Option(text.eval(EmptyRow)).map(_.toString).getOrElse(throw PredictErrors.aliasMissing())
    case Some(other) => throw PredictErrors.aliasNotLiteral(other.sql)
  }
}
