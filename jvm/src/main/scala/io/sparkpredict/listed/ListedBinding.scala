// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import io.sparkpredict.model.{Binding, BindingLookup, BoundModel}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.WorkerSums

/** One entry of a models file while it stays as it is: bound once for all sessions.
  *
  * What failed is tried again after a while, not at each query: starting Python takes seconds.
  */
final class ListedBinding(binder: ListedBinder) {
  private var sent = Option.empty[SentBinding]
  private var failed = Option.empty[(Exception, Long)]

  def bound(session: SparkSession, model: ListedModel): BoundModel = {
    val binding = synchronized {
      failed.foreach { case (error, at) =>
        if (System.nanoTime() - at < ListedBinding.pause) throw error
      }
      try {
        if (sent.isEmpty) sent = Some(binder.bind(session, model))
        failed = None
        sent.get
      } catch {
        case error: Exception =>
          failed = Some((error, System.nanoTime()))
          throw error
      }
    }
    binding.send(session)
    BindingLookup.made(session, Binding.parse(binding.pointer), binding.carrier)
  }

  /** What the workers of the model have counted; None before it is bound. */
  def sums: Option[WorkerSums] = synchronized(sent.map(_.sums))

  def failure: Option[Exception] = synchronized(failed.map(_._1))

  def carrier: Option[String] = synchronized(sent.map(_.carrier.name))
}

object ListedBinding {
  private val pause = 30000000000L
}
