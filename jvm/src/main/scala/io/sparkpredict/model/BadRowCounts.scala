// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.util.concurrent.ConcurrentHashMap
import java.util.{Collections, Set => JSet, WeakHashMap}

import scala.collection.JavaConverters._

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.util.LongAccumulator

/** How many bad rows engines inside the JVM have met, for each registration of a model: the twin of
  * `bad_row_counts.py`, which counts those that Python meets.
  *
  * A count goes with its carrier: when the next one is made, after the alias was bound again or
  * unregistered in all sessions that asked for it.
  */
object BadRowCounts {
  private val counts = new ConcurrentHashMap[String, Count]

  /** The count of a model's registration; None where bad rows end the query. */
  def of(model: BoundModel): Option[LongAccumulator] =
    if (model.binding.options.onError == ErrorPolicy.Fail) None
    else SparkSession.getActiveSession.map(count(_, model.binding.carrier))

  /** The carriers that have a count. */
  def carriers: JSet[String] = counts.keySet

  private def count(session: SparkSession, carrier: String): LongAccumulator = {
    val known = counts.get(carrier)
    // an application that was started again in this process knows no accumulator of the last
    if (known != null && known.bad.isRegistered) {
      known.sessions.add(session)
      known.bad
    } else {
      counts.values.removeIf(!_.isBound)
      val name = s"bad rows of $carrier"
      val made = counts.compute(
        carrier,
        (_, other) =>
          if (other != null && other.bad.isRegistered) other
          else new Count(carrier, session.sparkContext.longAccumulator(name))
      )
      made.sessions.add(session)
      made.bad
    }
  }

  /** @param bad
    *   the count
    */
  private final class Count(carrier: String, val bad: LongAccumulator) {

    /** Those that asked: a stream has a session of its own, with the functions of another. */
    val sessions: JSet[SparkSession] = Collections.synchronizedSet(
      Collections.newSetFromMap(new WeakHashMap[SparkSession, java.lang.Boolean])
    )

    def isBound: Boolean = sessions.synchronized {
      sessions.asScala.exists { session =>
        !session.sparkContext.isStopped && Compat.pythonFunction(session, carrier).isDefined
      }
    }
  }
}
