// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import scala.util.Try

import org.apache.spark.sql.catalyst.expressions.{
  Add,
  And,
  Attribute,
  BinaryComparison,
  CaseWhen,
  Cast,
  Coalesce,
  Expression,
  GetStructField,
  If,
  In,
  InSubquery,
  IsNaN,
  IsNotNull,
  IsNull,
  Literal,
  Multiply,
  NaNvl,
  Not,
  Or,
  PythonUDF,
  RuntimeReplaceable,
  StringPredicate,
  StringRegexExpression,
  SubqueryExpression,
  Subtract
}
import org.apache.spark.sql.types.{DoubleType, FloatType}

/** Whether a condition can be computed for any row: deterministic, without a call, and of parts that
  * are known not to fail. A part that is not known counts as one that fails.
  */
object Unfailing {
  def apply(expression: Expression): Boolean =
    expression.deterministic && isKnown(expression)

  private def isKnown(expression: Expression): Boolean = expression match {
    case _: Attribute => true
    case replaced: RuntimeReplaceable => isKnown(replaced.replacement)
    // a text that is cast to a date, for example
    case constant if constant.foldable => Try(constant.eval()).isSuccess
    case part => cannotFail(part) && part.children.forall(isKnown)
  }

  private def cannotFail(part: Expression): Boolean = part match {
    case _: IsNull | _: IsNotNull | _: IsNaN => true
    case _: And | _: Or | _: Not => true
    case _: BinaryComparison | _: In => true
    case _: If | _: CaseWhen | _: Coalesce | _: NaNvl => true
    case _: StringPredicate | _: GetStructField => true
    case pattern: StringRegexExpression => compiles(pattern)
    case cast: Cast => Cast.canUpCast(cast.child.dataType, cast.dataType)
    case _: Add | _: Subtract | _: Multiply => isFloating(part)
    // Spark computes these for every row, wherever they stand
    case _: SubqueryExpression | _: InSubquery | _: PythonUDF => true
    case _ => false
  }

  private def compiles(pattern: StringRegexExpression): Boolean =
    pattern.right.foldable && Try {
      pattern.withNewChildren(Seq(Literal.default(pattern.left.dataType), pattern.right)).eval()
    }.isSuccess

  private def isFloating(number: Expression): Boolean =
    number.dataType == DoubleType || number.dataType == FloatType
}
