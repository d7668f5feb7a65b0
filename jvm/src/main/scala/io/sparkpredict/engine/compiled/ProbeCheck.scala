// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

/** One column of a program's answer, compared with what the Python model says of it.
  *
  * @param at
  *   its place among the program's outputs
  * @param differs
  *   from what was found for a probe, and which probe that is, to what is wrong with it
  */
private final case class ProbeCheck(at: Int, differs: (Double, Int) => Option[String])

private object ProbeCheck {

  /** @param name
    *   of the output
    * @param columns
    *   the plan's columns that the program answers with
    */
  def of(
      name: String,
      output: PlanOutput,
      answer: ProbeAnswer,
      columns: Seq[Int]
  ): Seq[ProbeCheck] =
    output.columns.zipWithIndex
      .map { case (column, k) =>
        val check = answer match {
          case numbers: ProbeAnswer.Numbers => number(name, numbers, output.columns.size, k)(_, _)
          case labels: ProbeAnswer.Labels => label(name, labels)(_, _)
        }
        ProbeCheck(columns.indexOf(column), check)
      }
      .filter(_.at >= 0)

  private def number(name: String, answer: ProbeAnswer.Numbers, width: Int, k: Int)(
      found: Double,
      probe: Int
  ): Option[String] = {
    val place = probe * width + k
    val expected = answer.values(place)
    val agrees = (found.isNaN && expected.isNaN) || (answer.within match {
      case None =>
        java.lang.Double.doubleToRawLongBits(found) ==
          java.lang.Double.doubleToRawLongBits(expected)
      case Some(within) =>
        found == expected || within(place).isInfinite ||
        math.abs(found - expected) <= within(place)
    })
    if (agrees) None else Some(s"$name is $found, and the Python model's $expected")
  }

  private def label(name: String, answer: ProbeAnswer.Labels)(
      found: Double,
      probe: Int
  ): Option[String] = {
    val expected = answer.places(probe)
    if (found == expected || answer.close.exists(_(probe) != 0)) None
    else Some(s"$name is label number ${found.toInt}, and the Python model's $expected")
  }
}
