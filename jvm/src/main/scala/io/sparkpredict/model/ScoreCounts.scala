// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.util.concurrent.ConcurrentHashMap
import java.util.{Collections, Set => JSet, WeakHashMap}

import scala.collection.JavaConverters._

import io.sparkpredict.listed.ListedModels
import org.apache.spark.SparkContext
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.util.LongAccumulator

/** How many rows the block operator has scored, and how many bad ones it has met, for each
  * registration of a model: the twin of `bad_row_counts.py`, which counts those that Python meets.
  *
  * A count goes with its carrier: when the next one is made, after the alias was bound again or
  * unregistered in all sessions that asked for it.
  */
object ScoreCounts {
  private val counts = new ConcurrentHashMap[String, Count]

  /** The count of a model's registration. */
  def of(model: BoundModel): Option[ScoreCount] =
    SparkSession.getActiveSession.map(count(_, model.binding.carrier).sums)

  /** Its bad rows; None where they end the query. */
  def bad(model: BoundModel): Option[LongAccumulator] =
    if (model.binding.options.onError == ErrorPolicy.Fail) None else of(model).map(_.bad)

  /** The carriers that have a count. */
  def carriers: JSet[String] = counts.keySet

  private def count(session: SparkSession, carrier: String): Count = {
    val known = counts.get(carrier)
    // an application that was started again in this process knows no accumulator of the last
    if (known != null && known.isRegistered) {
      known.sessions.add(session)
      known
    } else {
      counts.values.removeIf(!_.isBound)
      val made = counts.compute(
        carrier,
        (_, other) =>
          if (other != null && other.isRegistered) other
          else new Count(carrier, ScoreCount.of(session.sparkContext, carrier))
      )
      made.sessions.add(session)
      made
    }
  }

  private final class Count(carrier: String, val sums: ScoreCount) {
    def isRegistered: Boolean = sums.bad.isRegistered

    /** Those that asked: a stream has a session of its own, with the functions of another. */
    val sessions: JSet[SparkSession] = Collections.synchronizedSet(
      Collections.newSetFromMap(new WeakHashMap[SparkSession, java.lang.Boolean])
    )

    def isBound: Boolean = sessions.synchronized {
      sessions.asScala.exists { session =>
        !session.sparkContext.isStopped &&
        (Compat.pythonFunction(session, carrier).isDefined ||
          ListedModels.of(session).exists(_.carriers(carrier)))
      }
    }
  }
}

/** Sums over all queries. Rows of a task that Spark ran again may count twice.
  *
  * @param rows
  *   that were scored by blocks
  * @param bad
  *   of those that could not be scored
  */
final case class ScoreCount(rows: LongAccumulator, bad: LongAccumulator)

object ScoreCount {
  def of(context: SparkContext, carrier: String): ScoreCount =
    ScoreCount(
      context.longAccumulator(s"rows of $carrier"),
      context.longAccumulator(s"bad rows of $carrier")
    )
}
