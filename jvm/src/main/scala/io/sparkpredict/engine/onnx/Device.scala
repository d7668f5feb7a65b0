// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.{Map => JMap}

import scala.util.Try

import org.apache.spark.resource.ResourceInformation

/** What a binding's `device` is for one task: of an executor's GPUs a task has those that Spark gave
  * it, and no other.
  */
object Device {
  val cpu = "cpu"
  private val gpu = "gpu" // Spark's name of the resource

  /** The number of the GPU that the task runs graphs on, none for a CPU; or why it cannot.
    *
    * @param resources
    *   of the task, by their names
    */
  def of(
      device: String,
      resources: JMap[String, ResourceInformation]
  ): Either[String, Option[Int]] =
    if (device == cpu) Right(None)
    else
      Option(resources.get(gpu)).flatMap(_.addresses.headOption) match {
        case None =>
          Left(
            "Spark gave the task no GPU: spark.executor.resource.gpu.amount and " +
              "spark.task.resource.gpu.amount say how many there are and how many a task has"
          )
        case Some(address) =>
          Try(address.trim.toInt).toOption
            .filter(_ >= 0)
            .map(Option(_))
            .toRight(
              s"Spark gave the task a GPU '$address', and ONNX Runtime takes one by its number"
            )
      }
}
