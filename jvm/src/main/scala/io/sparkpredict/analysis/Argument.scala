// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import org.apache.spark.sql.catalyst.analysis.TempResolvedColumn
import org.apache.spark.sql.catalyst.expressions.{
  CreateNamedStruct,
  Expression,
  GetStructField,
  NamedExpression,
  NamedLambdaVariable
}
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.StructType

/** An argument of a call.
  *
  * @param name
  *   what it goes by, if it has a name
  * @param isKey
  *   whether the call itself names it, as in `a => 1`: then it must be a feature
  */
final case class Argument(name: Option[String], value: Expression, isKey: Boolean)

object Argument {
  def of(expression: Expression): Argument =
    Compat.namedArgument(expression) match {
      case Some((key, value)) => Argument(Some(key), value, isKey = true)
      case None =>
        Argument(nameOf(expression), expression, isKey = false)
    }

  private def nameOf(expression: Expression): Option[String] = expression match {
    case _: NamedLambdaVariable => None
    // a column below an aggregate function of HAVING, while Spark resolves it
    case wrapped: TempResolvedColumn => nameOf(wrapped.child)
    case named: NamedExpression => Some(named.name)
    case _ => None
  }

  /** The fields of a struct that is the only argument; they bear its names. */
  def fields(argument: Argument): Option[Seq[Argument]] =
    argument.value.dataType match {
      case kind: StructType if !argument.isKey =>
        val names = kind.fieldNames.toSeq
        val values = argument.value match {
          case made: CreateNamedStruct => made.valExprs
          case whole => names.indices.map(at => GetStructField(whole, at, Some(names(at))))
        }
        Some(names.zip(values).map { case (name, value) =>
          Argument(Some(name), value, isKey = false)
        })
      case _ => None
    }
}
