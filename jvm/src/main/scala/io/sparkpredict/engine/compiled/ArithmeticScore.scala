// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.BadRows
import io.sparkpredict.kernel.Refuse
import io.sparkpredict.plan.Conditions
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.codegen.Block._
import org.apache.spark.sql.catalyst.expressions.codegen.{CodegenContext, ExprCode, ExprValue}
import org.apache.spark.sql.catalyst.expressions.{Expression, GenericInternalRow, IsNotNull}
import org.apache.spark.sql.types.{DataType, DoubleType}

/** Numbers that a model refuses, and what it says then. */
final case class Refusal(numbers: Seq[Expression], nan: Boolean, infinite: Boolean, told: String)

/** One column of a plan's answer as an expression, for models that are plain arithmetic: Spark makes
  * it part of the code of its stage. NULL for a row that is not scored; a row that the model refuses
  * ends the query.
  *
  * @param needed
  *   which rows are scored, never NULL; None for all
  * @param number
  *   the answer
  * @param inputs
  *   the arguments, for the error's text
  */
final case class ArithmeticScore(
    label: String,
    needed: Option[Expression],
    number: Expression,
    refusals: Seq[Refusal],
    inputs: Seq[Expression],
    badRows: BadRows
) extends Expression {
  override def children: Seq[Expression] =
    (number +: refusals.flatMap(_.numbers)) ++ inputs ++ needed

  override def nullable: Boolean = needed.isDefined

  override def dataType: DataType = DoubleType

  override def prettyName: String = "arithmetic"

  override def toString: String = s"score[$label](${inputs.mkString(", ")}$condition)"

  /** That NULLs are not scored goes without saying. */
  private def condition: String = {
    val flags = needed.toSeq.flatMap(Conditions.conjuncts).filterNot(_.isInstanceOf[IsNotNull])
    if (flags.isEmpty) "" else flags.mkString(" if ", " and ", "")
  }

  override def eval(row: InternalRow): Any =
    if (needed.exists(flag => !flag.eval(row).asInstanceOf[Boolean])) null
    else {
      refusals.indices.find(at => isRefused(refusals(at), row)).foreach { at =>
        refuse(at, inputs.map(_.eval(row)).toArray)
      }
      number.eval(row)
    }

  private def isRefused(refusal: Refusal, row: InternalRow): Boolean =
    refusal.numbers.exists { number =>
      Refuse.refuses(number.eval(row).asInstanceOf[Double], refusal.nan, refusal.infinite)
    }

  /** Ends the query; called by the generated code as well. */
  def refuse(at: Int, values: Array[Any]): Unit =
    badRows.fail(refusals(at).told, new GenericInternalRow(values), inArguments = false)

  override protected def doGenCode(ctx: CodegenContext, code: ExprCode): ExprCode = {
    val flag = needed.map(_.genCode(ctx))
    val answer = number.genCode(ctx)
    val isNull = flag.fold("false")(one => s"!${one.value}")
    val start = code"""
      ${flag.fold(code"")(_.code)}
      ${answer.code}
      final boolean ${code.isNull} = $isNull;
      final double ${code.value} = ${answer.value};
      """
    code.copy(code = if (refusals.isEmpty) start else start + checked(ctx, code))
  }

  private def checked(ctx: CodegenContext, answer: ExprCode) = {
    val checks = refusals.map(refusal => (refusal, refusal.numbers.map(_.genCode(ctx))))
    val shown = inputs.map(_.genCode(ctx))
    val before = (checks.flatMap(_._2) ++ shown).map(_.code).reduce(_ + _)
    val owner = classOf[Refuse].getName
    val tests = checks.map { case (refusal, numbers) =>
      numbers
        .map(x => s"$owner.refuses(${x.value}, ${refusal.nan}, ${refusal.infinite})")
        .mkString(" || ")
    }
    val flaw = tests.zipWithIndex.foldRight("-1") { case ((test, at), rest) =>
      s"($test) ? $at : $rest"
    }
    val values = shown.map(x => s"${x.isNull} ? null : (Object) (${x.value})").mkString(", ")
    val self = ctx.addReferenceObj("score", this)
    val found = ctx.freshName("flaw")
    before + code"""
      final int $found = ${answer.isNull} ${mayBeFine(answer.value)} ? -1 : $flaw;
      if ($found >= 0) $self.refuse($found, new Object[] {$values});
      """
  }

  /** A finite sum has only finite numbers in it: then there is no need to look at each. */
  private def mayBeFine(answer: ExprValue): String = number match {
    case sum: SumOfProducts if refusals.forall(_.numbers.forall(sum.numbers.contains)) =>
      s"|| $answer - $answer == 0.0"
    case _ => ""
  }

  override protected def withNewChildrenInternal(
      children: IndexedSeq[Expression]
  ): ArithmeticScore = {
    val rest = children.iterator
    val answer = rest.next()
    copy(
      number = answer,
      refusals = refusals.map(r => r.copy(numbers = r.numbers.map(_ => rest.next()))),
      inputs = inputs.map(_ => rest.next()),
      needed = needed.map(_ => rest.next())
    )
  }
}
