// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.kernel.NumberFunction
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.codegen.Block._
import org.apache.spark.sql.catalyst.expressions.codegen.{CodegenContext, ExprCode, FalseLiteral}
import org.apache.spark.sql.catalyst.expressions.{Expression, Literal}
import org.apache.spark.sql.types.{BooleanType, DataType, DoubleType}

/** A number of a row: what the steps of a plan make of it, as a block has it. */
sealed trait KernelNumber extends Expression {
  override def nullable: Boolean = false

  override def dataType: DataType = DoubleType

  /** A number of the model as it stands in generated code. */
  protected def constant(ctx: CodegenContext, number: Double): String =
    Literal(number).genCode(ctx).value.toString
}

/** A feature as a double: NaN for NULL, 1 for true. */
final case class FeatureNumber(feature: Expression) extends KernelNumber {
  override def children: Seq[Expression] = Seq(feature)

  override def prettyName: String = "number"

  override def eval(row: InternalRow): Any = feature.eval(row) match {
    case null => Double.NaN
    case truth: Boolean => if (truth) 1.0 else 0.0
    case number: Number => number.doubleValue
    case other => throw new IllegalStateException(s"$other is no number")
  }

  override protected def doGenCode(ctx: CodegenContext, code: ExprCode): ExprCode = {
    val input = feature.genCode(ctx)
    val number =
      if (feature.dataType == BooleanType) s"(${input.value} ? 1.0 : 0.0)"
      else s"(double) (${input.value})"
    val value = if (feature.nullable) s"${input.isNull} ? Double.NaN : $number" else number
    code.copy(
      code = input.code + code"final double ${code.value} = $value;\n",
      isNull = FalseLiteral
    )
  }

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): FeatureNumber =
    copy(feature = children.head)
}

/** What a kernel computes of one number; NULL of NULL, where that is a row without a score. */
final case class OfNumber(function: NumberFunction, a: Double, b: Double, number: Expression)
    extends KernelNumber {
  override def children: Seq[Expression] = Seq(number)

  override def prettyName: String = function.name.toLowerCase(java.util.Locale.ROOT)

  override def nullable: Boolean = number.nullable

  override def eval(row: InternalRow): Any = number.eval(row) match {
    case x: Double => function.of(x, a, b)
    case _ => null
  }

  override protected def doGenCode(ctx: CodegenContext, code: ExprCode): ExprCode = {
    val x = number.genCode(ctx)
    val owner = function.asInstanceOf[Enum[_]].getDeclaringClass.getCanonicalName
    val call = s"$owner.${function.name}.of(${x.value}, ${constant(ctx, a)}, ${constant(ctx, b)})"
    code.copy(
      code = x.code + code"final double ${code.value} = $call;\n",
      isNull = x.isNull
    )
  }

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): OfNumber =
    copy(number = children.head)
}

/** Coefficients times numbers, added up in the order in which `kernel.Linear` does it. */
final case class SumOfProducts(
    coefficients: Seq[Double],
    intercept: Double,
    numbers: Seq[Expression]
) extends KernelNumber {
  override def children: Seq[Expression] = numbers

  override def prettyName: String = "sum"

  override def eval(row: InternalRow): Any =
    coefficients.zip(numbers).foldLeft(0.0) { case (sum, (coefficient, number)) =>
      sum + coefficient * number.eval(row).asInstanceOf[Double]
    } + intercept

  override protected def doGenCode(ctx: CodegenContext, code: ExprCode): ExprCode = {
    val terms = coefficients.zip(numbers).map { case (coefficient, number) =>
      val x = number.genCode(ctx)
      x.code + code"${code.value} += ${constant(ctx, coefficient)} * ${x.value};\n"
    }
    val sum = terms.reduceOption(_ + _).getOrElse(code"")
    code.copy(
      code = code"double ${code.value} = 0.0;\n" + sum +
        code"${code.value} += ${constant(ctx, intercept)};\n",
      isNull = FalseLiteral
    )
  }

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): SumOfProducts =
    copy(numbers = children)
}
