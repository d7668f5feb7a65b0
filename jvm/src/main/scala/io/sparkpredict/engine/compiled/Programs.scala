// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import java.lang.ref.SoftReference
import java.util.concurrent.ConcurrentHashMap

import io.sparkpredict.kernel.Program
import io.sparkpredict.model.ArtifactMember

/** The plans and programs of this process: one of each, whatever number of tasks score by it, and for
  * as long as memory allows. An artifact is named by its content, so its name stands for the model.
  */
object Programs {
  private val plans = new Kept[String, Option[PlanFile]]
  private val programs = new Kept[(String, Seq[Int]), Program]

  /** The plan in an artifact, if it has one. Raises IllegalArgumentException for a broken one. */
  def plan(artifact: String): Option[PlanFile] =
    plans.get(artifact, ArtifactMember.read(artifact, PlanFile.member).map(PlanFile.read))

  /** The program that answers with these columns of an artifact's plan. */
  def program(artifact: String, columns: Seq[Int]): Program =
    programs.get(
      (artifact, columns), {
        val found = plan(artifact)
        ProgramBuilder.build(
          found.getOrElse(Container.broken(s"$artifact has no ${PlanFile.member}")),
          columns
        )
      }
    )

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
