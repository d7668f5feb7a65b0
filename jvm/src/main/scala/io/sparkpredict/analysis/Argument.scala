// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import org.apache.spark.sql.catalyst.expressions.{Expression, NamedExpression, NamedLambdaVariable}
import org.apache.spark.sql.sparkpredict.Compat

/** An argument of a call with the name that it goes by, if it has one. */
final case class Argument(name: Option[String], value: Expression)

object Argument {
  def of(expression: Expression): Argument =
    Compat.namedArgument(expression) match {
      case Some((key, value)) => Argument(Some(key), value)
      case None =>
        expression match {
          case variable: NamedLambdaVariable => Argument(None, variable)
          case named: NamedExpression => Argument(Some(named.name), named)
          case other => Argument(None, other)
        }
    }
}
