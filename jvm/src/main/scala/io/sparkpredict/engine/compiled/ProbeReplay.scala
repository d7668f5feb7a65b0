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
      probes.answers.get(name).toSeq.flatMap(ProbeCheck.of(name, output, _, columns))
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
