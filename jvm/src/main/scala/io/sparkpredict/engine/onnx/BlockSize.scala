// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

/** How many rows the next block of a task has: no more than run in the time that a killed task may
  * be waited for, and many where a row takes next to no time.
  *
  * @param capacity
  *   the most that the tensors hold
  * @param nanosPerRow
  *   what the probes took
  */
final class BlockSize(capacity: Int, nanosPerRow: Double) {
  import BlockSize._

  private var size = math.min(first, capacity)
  size = fitting(nanosPerRow)

  def rows: Int = size

  /** A short last block says nothing of larger ones, unless it took too long. */
  def took(rows: Int, nanos: Long): Unit =
    if (rows == size || nanos > longest) size = fitting(nanos.toDouble / rows)

  /** A power of two, so that a graph whose time varies meets few different sizes. */
  private def fitting(nanos: Double): Int = {
    val most = if (nanos < quick || size > first) capacity else math.min(first, capacity)
    math.min(most, math.max(1, Integer.highestOneBit((longest / nanos).toInt)))
  }
}

object BlockSize {
  private val first = 1024
  private val longest = 50L * 1000 * 1000
  private val quick = 100.0 // nanoseconds a row
}
