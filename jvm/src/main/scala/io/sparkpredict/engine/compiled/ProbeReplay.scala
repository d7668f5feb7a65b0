// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.kernel.{Dictionary, Program}

/** Scores the probes by the program that will score the query's rows, on this machine, and compares
  * with what the Python model answered when it was bound.
  */
object ProbeReplay {

  /** Where the program first differs from the Python model; None where it agrees with all probes.
    *
    * @param columns
    *   the plan's columns that the program answers with
    */
  def disagreement(
      program: Program,
      plan: PlanFile,
      probes: ProbesFile,
      columns: Seq[Int]
  ): Option[String] = {
    val checks = plan.outputs.toSeq.flatMap { case (name, output) =>
      probes.answers.get(name).toSeq.flatMap(ProbeCheck.of(name, output, _, columns, probes))
    }
    val unchecked = columns.indices.filterNot(at => checks.exists(_.at == at))
    if (checks.isEmpty || plan.inputs.size != probes.inputs.size)
      Some("its probes are of another plan")
    else if (unchecked.nonEmpty) Some("its probes tell nothing of some of its answers")
    else new ProbeReplay(program, plan, probes, checks).first
  }
}

private final class ProbeReplay(
    program: Program,
    plan: PlanFile,
    probes: ProbesFile,
    checks: Seq[ProbeCheck]
) {
  private val block = program.block(math.min(program.blockRows, math.max(probes.rows, 1)))

  def first: Option[String] =
    (0 until probes.rows by block.capacity).iterator.map(differs).collectFirst { case Some(text) =>
      text
    }

  private def differs(start: Int): Option[String] = {
    val count = math.min(block.capacity, probes.rows - start)
    fill(start, count)
    block.setRows(count)
    program.run(block)
    (0 until count).iterator
      .map { row =>
        inRow(row, start + row).map(text => s"$text, for the row ${shown(start + row)}")
      }
      .collectFirst { case Some(text) => text }
  }

  private def inRow(row: Int, probe: Int): Option[String] = {
    val flaw = program.flaw(block, row)
    (flaw != null, probes.bad(probe)) match {
      case (true, true) => None
      case (true, false) => Some(s"it refuses ($flaw) what the Python model takes")
      case (false, true) => Some("it takes what the Python model refuses")
      case _ =>
        checks.iterator
          .map(check => check.differs(program.output(block, check.at)(row), probe))
          .collectFirst { case Some(text) => text }
    }
  }

  private def fill(start: Int, count: Int): Unit =
    probes.inputs.zipWithIndex.foreach { case (values_, input) =>
      val slot = program.inputSlot(input)
      values_ match {
        case Some(ProbeInput.Numbers(values)) if slot >= 0 =>
          System.arraycopy(values, start, block.numbers(slot), 0, count)
        case Some(ProbeInput.Texts(codes, texts)) if slot >= 0 =>
          val places = texts.map(program.dictionary.place(_: String))
          (0 until count).foreach { row =>
            val code = codes(start + row)
            block.texts(slot)(row) = if (code < 0) Dictionary.NULL else places(code)
          }
        case _ => ()
      }
    }

  private def shown(probe: Int): String = {
    val most = 20
    val values = plan.inputs.zip(probes.inputs).collect {
      case (input, Some(ProbeInput.Numbers(all))) => s"${input.name} = ${all(probe)}"
      case (input, Some(ProbeInput.Texts(codes, texts))) =>
        s"${input.name} = ${texts.lift(codes(probe)).fold("NULL")(text => s"'$text'")}"
    }
    values.take(most).mkString(", ") +
      (if (values.size > most) s" and ${values.size - most} more" else "")
  }
}

/** One column of the program's answer and what the Python model says of it.
  *
  * @param at
  *   its place among the program's outputs
  */
private trait ProbeCheck {
  def at: Int
  def differs(found: Double, probe: Int): Option[String]
}

private object ProbeCheck {
  private val relative = 1e-12
  private val twoUlpOfFloat = math.pow(2.0, -22)

  def of(
      name: String,
      output: PlanOutput,
      answers: Either[Array[Double], Array[Int]],
      columns: Seq[Int],
      probes: ProbesFile
  ): Seq[ProbeCheck] =
    output.columns.zipWithIndex.flatMap { case (column, k) =>
      val place = columns.indexOf(column)
      if (place < 0) None
      else {
        Some(answers match {
          case Left(values) => number(name, place, output, values, k)
          case Right(places) => label(name, place, output, places, probes)
        })
      }
    }

  private def number(
      name: String,
      place: Int,
      output: PlanOutput,
      values: Array[Double],
      k: Int
  ): ProbeCheck = new ProbeCheck {
    override def at: Int = place

    override def differs(found: Double, probe: Int): Option[String] = {
      val expected = values(probe * output.columns.size + k)
      if (near(output.tolerance, found, expected)) None
      else Some(s"$name is $found, and the Python model's $expected")
    }
  }

  private def label(
      name: String,
      place: Int,
      output: PlanOutput,
      places: Array[Int],
      probes: ProbesFile
  ): ProbeCheck = new ProbeCheck {
    private val scores = probes.answers.get("predict_proba").flatMap(_.left.toOption)

    override def at: Int = place

    override def differs(found: Double, probe: Int): Option[String] =
      if (found == places(probe) || (output.tolerance != "bits" && isClose(probe))) None
      else Some(s"$name is label number $found, and the Python model's ${places(probe)}")

    /** Whether the two best scores are so near that either label is right. */
    private def isClose(probe: Int): Boolean = scores.exists { all =>
      val width = all.length / probes.rows
      val row = all.slice(probe * width, (probe + 1) * width).sorted
      width > 1 && near("relative", row(width - 1), row(width - 2))
    }
  }

  private def near(tolerance: String, one: Double, other: Double): Boolean = {
    val same = (one.isNaN && other.isNaN) ||
      java.lang.Double.doubleToLongBits(one) == java.lang.Double.doubleToLongBits(other)
    tolerance match {
      case "bits" => same
      case "float32" => same || within(one, other, twoUlpOfFloat)
      case _ => same || within(one, other, relative)
    }
  }

  private def within(one: Double, other: Double, part: Double): Boolean =
    one == other || math.abs(one - other) <= part * math.max(math.abs(one), math.abs(other))
}
