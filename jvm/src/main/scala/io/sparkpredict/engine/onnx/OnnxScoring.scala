// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.net.{InetAddress, UnknownHostException}
import java.util.concurrent.{ConcurrentHashMap, ExecutionException, FutureTask}
import java.util.{Collections, Map => JMap}

import io.sparkpredict.PredictErrors
import io.sparkpredict.engine.block.{BatchScorer, BatchScoring}
import io.sparkpredict.model.{ArtifactFile, Descriptor, Engines}
import org.apache.spark.resource.ResourceInformation
import org.apache.spark.{SparkEnv, TaskContext}

/** Scores by ONNX Runtime. Only the artifact's name travels: each executor loads the graph once, and
  * replays the probes by it.
  *
  * @param outputs
  *   places of the graph's outputs that the answer needs
  * @param device
  *   that the binding asks for
  */
final case class OnnxScoring(
    alias: String,
    artifact: String,
    outputs: Seq[Int],
    label: OnnxLabel,
    device: String
) extends BatchScoring {
  override def shown(arguments: Int): String = label.of(arguments)

  override def wantsLargeBlocks: Boolean = false

  override def engine: String = Engines.onnx

  override def open(arguments: Int): BatchScorer = {
    val graph = OnnxScoring.graph(artifact)
    def refused(cause: String) = PredictErrors.engineDisagrees(alias, Engines.onnx, cause)
    val gpu = Device
      .of(device, OnnxScoring.resources)
      .fold(
        cause => throw PredictErrors.deviceUnavailable(alias, device, OnnxScoring.host, cause),
        identity
      )
    val lease =
      try OnnxScoring.lease(artifact, graph, gpu)
      catch {
        case cause: TensorException if gpu.isDefined =>
          throw PredictErrors.deviceUnavailable(alias, device, OnnxScoring.host, cause.getMessage)
        case cause: TensorException =>
          throw PredictErrors.engineLoadFailed(
            alias,
            Engines.onnx,
            OnnxScoring.host,
            cause.getMessage
          )
      }
    try {
      val checked =
        GraphProbes.checked(artifact, graph, gpu).fold(cause => throw refused(cause), identity)
      val layout = TensorLayout.of(graph, arguments)
      (layout, checked.outputs(outputs)) match {
        case (Some(inputs), Right(types)) =>
          new OnnxScorer(lease, inputs, types, checked.nanosPerRow)
        case (_, Left(cause)) => throw refused(cause)
        case (None, _) => throw refused(s"its graph does not take $arguments arguments")
      }
    } catch { case failed: Throwable => lease.release(); throw failed }
  }
}

object OnnxScoring {
  private val large = 64L << 20
  private val files = new ConcurrentHashMap[String, String]

  def graph(artifact: String): OnnxGraph = {
    val descriptor = Descriptor.of(ArtifactFile.find(artifact))
    OnnxGraph.of(descriptor).fold(cause => throw new IllegalArgumentException(cause), identity)
  }

  /** The graph's session in this JVM. Raises TensorException where the library refuses the graph. */
  def lease(artifact: String, graph: OnnxGraph, gpu: Option[Int]): Sessions.Lease = {
    val runtime = Library.runtime.fold(cause => throw new TensorException(cause), identity)
    val file = GraphFiles.of(artifact, graph)
    // kept memory is worth its size where runs are few and large
    val settings = graph.options.settings(cores, graph.size > large, gpu)
    val key = s"${file.getPath} $settings"
    files.put(artifact, key)
    IdleSessions.watch()
    Sessions.take(
      key,
      opened(GraphFiles.check(artifact, graph))(runtime.open(file.getPath, settings))
    )
  }

  /** Another thread compares digests meanwhile: each of the two takes as long as reading all the
    * weights does. Nobody has the session before both are done.
    */
  private def opened(check: Option[() => Unit])(open: => TensorSession): TensorSession = {
    val checking = check.map(body => new FutureTask[Unit](() => body()))
    checking.foreach { task =>
      val thread = new Thread(task, "predict-onnx-digest")
      thread.setDaemon(true)
      thread.start()
    }
    val session = open
    try {
      checking.foreach(_.get())
      session
    } catch {
      case failed: ExecutionException => session.close(); throw failed.getCause
      case killed: InterruptedException => session.close(); throw killed
    }
  }

  /** Closes the session of a model that an alias was taken from, unless a query is using it. */
  def end(artifact: String): Unit = Option(files.remove(artifact)).foreach(Sessions.close)

  private def resources: JMap[String, ResourceInformation] =
    Option(TaskContext.get()).fold(Collections.emptyMap[String, ResourceInformation]) {
      _.resourcesJMap()
    }

  private def host: String = {
    val executor = s"executor ${Option(SparkEnv.get).fold("driver")(_.executorId)}"
    try s"${InetAddress.getLocalHost.getHostName} ($executor)"
    catch { case _: UnknownHostException => executor }
  }

  /** What Spark reserves for a task, and no more. */
  private def cores: Int =
    Option(SparkEnv.get).fold(1)(_.conf.getInt("spark.task.cpus", 1))
}
