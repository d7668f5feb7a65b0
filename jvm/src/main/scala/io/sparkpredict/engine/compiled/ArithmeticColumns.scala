// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import java.util.Locale

import io.sparkpredict.kernel.{Arithmetic, Link, NumberFunction}
import org.apache.spark.sql.catalyst.expressions.Expression

/** Columns of a plan as expressions over its inputs, by the kernels' own functions. */
final case class ArithmeticColumns(columns: Map[Int, Expression], refusals: Seq[Refusal]) {

  /** What is computed first for all of these columns: the one sum that each is made of, so that no
    * sum is computed twice, or a lone column of none; None if there are several.
    */
  def root(wanted: Seq[Int]): Option[Expression] =
    (wanted.map(columns).map(sum).distinct, wanted) match {
      case (Seq(Some(one)), _) => Some(one)
      case (_, Seq(lone)) => Some(columns(lone))
      case _ => None
    }

  private def sum(number: Expression): Option[Expression] = number match {
    case sum: SumOfProducts => Some(sum)
    case made: OfNumber => sum(made.number)
    case _ => None
  }
}

object ArithmeticColumns {

  /** So many functions and products fit into the code of a stage beside what else is in it. */
  private val most = 256

  /** None where a step is more than arithmetic on each number, or where there is too much of it.
    *
    * @param wanted
    *   the plan's columns that the answer needs
    * @param inputs
    *   one for each of the plan's inputs
    */
  def of(plan: PlanFile, wanted: Seq[Int], inputs: Seq[Expression]): Option[ArithmeticColumns] = {
    val read: Map[Int, Expression] = plan.inputs.indices.collect {
      case at if plan.inputs(at).isText.contains(false) => at -> FeatureNumber(inputs(at))
    }.toMap
    val start: Option[ArithmeticColumns] = Some(ArithmeticColumns(read, Nil))
    PlanNeeds(plan, wanted).steps
      .foldLeft(start)((made, step) => made.flatMap(following(_, step)))
      .filter(made => wanted.forall(made.columns.contains) && isSmall(made, wanted))
  }

  private def isSmall(made: ArithmeticColumns, wanted: Seq[Int]): Boolean = {
    val numbers = wanted.map(made.columns) ++ made.refusals.flatMap(_.numbers)
    numbers.iterator.flatMap(_.collect { case number: KernelNumber => number }).size <= most
  }

  private def following(made: ArithmeticColumns, step: PlanStep): Option[ArithmeticColumns] =
    if (!step.in.forall(made.columns.contains)) None
    else {
      val numbers = step.in.map(made.columns)
      if (step.operation == "refuse") {
        val told = s"ValueError: ${step.text("message").getOrElse("")}"
        val refusal = Refusal(numbers, step.flag("nan"), step.flag("infinite"), told)
        Some(made.copy(refusals = made.refusals :+ refusal))
      } else {
        appended(step, numbers).map { added =>
          made.copy(columns = made.columns ++ added.zipWithIndex.map { case (number, at) =>
            (step.firstOut + at) -> number
          })
        }
      }
    }

  private def appended(step: PlanStep, x: Seq[Expression]): Option[Seq[Expression]] =
    step.operation match {
      case "cast32" => Some(x.map(OfNumber(Arithmetic.CAST32, 0.0, 0.0, _)))
      case "impute" =>
        Some(each(Arithmetic.IMPUTE, x, lone(step, "missing"), numbers(step, "values")))
      case "missing" => Some(each(Arithmetic.MISSING, x, lone(step, "missing"), nothing))
      case "scale" =>
        Some(each(Arithmetic.SCALE, x, orElse(step, "center", 0.0), orElse(step, "scale", 1.0)))
      case "affine" => Some(affine(step, x))
      case "linear" => Some(linear(step, x))
      case "threshold" => Some(each(Arithmetic.ABOVE, x, lone(step, "above"), nothing))
      case "link" => link(step, x)
      case _ => None
    }

  private def each(
      function: NumberFunction,
      x: Seq[Expression],
      a: Int => Double,
      b: Int => Double
  ): Seq[Expression] = x.indices.map(at => OfNumber(function, a(at), b(at), x(at)))

  private val nothing: Int => Double = _ => 0.0

  private def lone(step: PlanStep, field: String): Int => Double = {
    val number = step.number(field)
    _ => number
  }

  private def numbers(step: PlanStep, field: String): Int => Double = {
    val read = step.doubles(field)
    read(_)
  }

  private def orElse(step: PlanStep, field: String, other: Double): Int => Double =
    if (step.has(field)) numbers(step, field) else _ => other

  private def affine(step: PlanStep, x: Seq[Expression]): Seq[Expression] = {
    val moved = each(Arithmetic.AFFINE, x, numbers(step, "scale"), numbers(step, "offset"))
    if (!step.has("clip")) moved
    else {
      val clip = step.doubles("clip")
      each(Arithmetic.CLIP, moved, _ => clip(0), _ => clip(1))
    }
  }

  private def linear(step: PlanStep, x: Seq[Expression]): Seq[Expression] = {
    val (coefficients, intercept) = (step.doubles("coefficients"), step.doubles("intercept"))
    (0 until step.out).map { output =>
      val own = coefficients.slice(output * x.size, (output + 1) * x.size)
      SumOfProducts(own.toSeq, intercept(output), x)
    }
  }

  private def link(step: PlanStep, x: Seq[Expression]): Option[Seq[Expression]] =
    step.text("function").getOrElse("").toUpperCase(Locale.ROOT) match {
      case "DIVIDE" => Some(each(Arithmetic.DIVIDE, x, lone(step, "divisor"), nothing))
      case "BINARY" => Some(each(Arithmetic.REST, x, nothing, nothing) ++ x)
      case "BINARY32" => Some(each(Arithmetic.REST32, x, nothing, nothing) ++ x)
      case name =>
        Link.Function.values.find(_.name == name).map(each(_, x, nothing, nothing))
    }
}
