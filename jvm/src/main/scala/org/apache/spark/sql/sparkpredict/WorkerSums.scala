// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import java.util.concurrent.atomic.LongAdder
import java.util.{List => JList}

import scala.collection.JavaConverters._

import net.razorvine.pickle.Unpickler
import org.apache.spark.api.python.PythonAccumulatorV2
import org.apache.spark.util.AccumulatorV2

/** What the workers of a carrier have counted, for a driver without Python to send the sums to.
  *
  * A worker sends pairs of a number that `recorded.py` gives to each sum, and what a task adds to it.
  */
final class WorkerSums extends PythonAccumulatorV2("localhost", 0, "") {
  @transient private lazy val sums = Seq.fill(2)(new LongAdder)

  /** The rows that were scored. */
  def rows: Long = sums(0).sum

  /** The bad ones of them, where they do not end the query. */
  def bad: Long = sums(1).sum

  override def copyAndReset(): PythonAccumulatorV2 = new WorkerSums

  override def merge(other: AccumulatorV2[Array[Byte], JList[Array[Byte]]]): Unit =
    other.value.asScala.foreach { pickled =>
      val pair = new Unpickler().loads(pickled).asInstanceOf[Array[AnyRef]]
      val numbers = pair.map(_.asInstanceOf[Number].longValue)
      sums(numbers(0).toInt).add(numbers(1))
    }
}
