// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.concurrent.{Executors, TimeUnit}

import scala.util.control.NonFatal

import io.sparkpredict.PredictConf
import org.slf4j.LoggerFactory

/** Closes sessions that nobody uses, on a thread of its own: an executor that is asked nothing more
  * would keep them.
  */
object IdleSessions {
  private val log = LoggerFactory.getLogger(getClass)

  /** Looks after the sessions of this JVM from now on; a second time does nothing. */
  def watch(): Unit = started

  private lazy val started: Unit = {
    val idle = PredictConf.onnxIdleSeconds
    val timer = Executors.newSingleThreadScheduledExecutor { task =>
      val thread = new Thread(task, "predict-onnx-sessions")
      thread.setDaemon(true)
      thread
    }
    val every = math.max(1L, idle / 10)
    timer.scheduleWithFixedDelay(
      () => look(TimeUnit.SECONDS.toNanos(idle)),
      every,
      every,
      TimeUnit.SECONDS
    )
    ()
  }

  /** An exception would end the looking. */
  private def look(nanos: Long): Unit =
    try Sessions.evict(nanos)
    catch { case NonFatal(failed) => log.warn("looking for unused ONNX sessions failed", failed) }
}
