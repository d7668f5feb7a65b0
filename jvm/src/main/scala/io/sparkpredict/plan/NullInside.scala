// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{
  ArrayExists,
  EqualNullSafe,
  Expression,
  Flatten,
  IsNull,
  LambdaFunction,
  Literal,
  NamedLambdaVariable,
  Not
}
import org.apache.spark.sql.types.{ArrayType, DataType}

/** Whether an array, nested or not, has a NULL in it, or is one; None if its type has none. */
object NullInside {
  def of(array: Expression): Option[Expression] =
    if (mayHoldNull(array.dataType)) Some(Not(EqualNullSafe(isNullIn(flat(array)), Literal(false))))
    else None

  private def mayHoldNull(kind: DataType): Boolean = kind match {
    case ArrayType(element, containsNull) => containsNull || mayHoldNull(element)
    case _ => false
  }

  /** NULL where an array inside is one. */
  private def flat(array: Expression): Expression = array.dataType match {
    case ArrayType(_: ArrayType, _) => flat(Flatten(array))
    case _ => array
  }

  private def isNullIn(array: Expression): Expression = array.dataType match {
    case ArrayType(element, _) =>
      val one = NamedLambdaVariable("value", element, nullable = true)
      new ArrayExists(array, LambdaFunction(IsNull(one), Seq(one)), false)
    case other => throw new IllegalStateException(s"$other is no array")
  }
}
