// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import java.lang.ref.SoftReference
import java.util.concurrent.ConcurrentHashMap

import io.sparkpredict.kernel.Program
import io.sparkpredict.model.ArtifactFile

/** A program, and where it first differs from the Python model, if it does. */
final case class ProbedProgram(program: Program, disagreement: Option[String])

/** The plans and programs of this process: one of each, whatever number of tasks score by it, and for
  * as long as memory allows. An artifact is named by its content, so its name stands for the model.
  */
object Programs {
  private val plans = new Kept[String, Option[PlanFile]]
  private val programs = new Kept[(String, Seq[Int]), ProbedProgram]

  /** The plan in an artifact, if it has one. Raises IllegalArgumentException for a broken one. */
  def plan(artifact: String): Option[PlanFile] =
    plans.get(artifact, ArtifactFile.find(artifact).bytes(PlanFile.member).map(PlanFile.read))

  /** The program that answers with these columns of an artifact's plan, probed when it was made. */
  def program(artifact: String, columns: Seq[Int]): ProbedProgram =
    programs.get((artifact, columns), probed(artifact, columns))

  private def probed(artifact: String, columns: Seq[Int]): ProbedProgram = {
    val found = plan(artifact).getOrElse(Container.broken(s"$artifact has no ${PlanFile.member}"))
    val program = ProgramBuilder.build(found, columns)
    val disagreement = ArtifactFile.find(artifact).bytes(ProbesFile.member) match {
      case Some(bytes) =>
        ProbeReplay.disagreement(program, found, ProbesFile.read(bytes), columns)
      case None => Some("it was bound without probes")
    }
    ProbedProgram(program, disagreement)
  }

  private final class Kept[K, V <: AnyRef] {
    private val entries = new ConcurrentHashMap[K, Entry[V]]

    def get(key: K, make: => V): V = entries.computeIfAbsent(key, _ => new Entry[V]).get(make)
  }

  /** Tasks that start together wait for the one that makes it. */
  private final class Entry[V <: AnyRef] {
    private var reference = new SoftReference[V](null.asInstanceOf[V])

    def get(make: => V): V = synchronized {
      Option(reference.get).getOrElse {
        val made = make
        reference = new SoftReference(made)
        made
      }
    }
  }
}
