// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.util.concurrent.ConcurrentHashMap

import org.apache.spark.sql.SparkSession
import org.apache.spark.util.LongAccumulator

/** How many bad rows engines inside the JVM have met, for each registration of a model: the twin of
  * `bad_row_counts.py`, which counts those that Python meets.
  */
object BadRowCounts {
  private val counts = new ConcurrentHashMap[String, LongAccumulator]

  /** The count of a model's registration; None where bad rows end the query. */
  def of(model: BoundModel): Option[LongAccumulator] =
    if (model.binding.options.onError == ErrorPolicy.Fail) None
    else SparkSession.getActiveSession.map(count(_, model.binding.carrier))

  private def count(session: SparkSession, carrier: String): LongAccumulator =
    counts.compute(
      carrier,
      (_, known) => {
        // an application that was started again in this process knows no accumulator of the last
        val isKnown = known != null && known.isRegistered
        if (isKnown) known else session.sparkContext.longAccumulator(s"bad rows of $carrier")
      }
    )
}
