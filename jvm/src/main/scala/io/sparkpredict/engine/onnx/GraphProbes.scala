// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.concurrent.ConcurrentHashMap

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.JsonNode
import io.sparkpredict.engine.compiled.Container
import io.sparkpredict.model.ArtifactFile
import org.apache.spark.SparkEnv
import org.slf4j.LoggerFactory

/** A graph's outputs that agreed with what Python's ONNX Runtime answered when it was bound.
  *
  * @param types
  *   by name, with sizes that the graph leaves open as the probes found them; or what is wrong
  * @param nanosPerRow
  *   how long a probe took
  */
final case class CheckedOutputs(
    all: Seq[(String, Either[String, TensorType])],
    nanosPerRow: Double
) {

  /** Those at some places. */
  def outputs(places: Seq[Int]): Either[String, Seq[TensorType]] = {
    val found = places.map(all(_)._2)
    found.collectFirst { case Left(cause) => Left(cause) }.getOrElse {
      Right(found.collect { case Right(kind) => kind })
    }
  }
}

/** Replays probes by the library that will score, on this machine: once in each JVM. The driver
  * replays all; an executor, of a large graph, the first ones: its first row waits for them.
  */
object GraphProbes {
  val member = "onnx-probes.bin"
  private val kind = "SPONNX"
  private val driver = "driver" // Spark's id of it
  private val fewest = 8
  private val mostBytes = 4L << 30 // of weights, read for each probe
  private type Checked = Either[String, CheckedOutputs]
  private val log = LoggerFactory.getLogger(getClass)
  private val known = new ConcurrentHashMap[(String, Option[Int]), Checked]

  /** What agreed, or why nothing did; a graph that was refused is not loaded again to be refused. */
  def checked(artifact: String, graph: OnnxGraph, gpu: Option[Int]): Checked =
    known.computeIfAbsent(
      (artifact, gpu),
      _ => {
        val found = replayed(artifact, graph, gpu)
        found.left.foreach(cause => log.warn(s"engine onnx does not score $artifact: $cause"))
        found
      }
    )

  private def replayed(artifact: String, graph: OnnxGraph, gpu: Option[Int]): Checked =
    try {
      val lease = OnnxScoring.lease(artifact, graph, gpu)
      try
        ArtifactFile.find(artifact).bytes(member) match {
          case Some(bytes) =>
            new GraphProbes(graph, lease.session, Container.read(kind, bytes), most(graph)).checked
          case None => Left("it was bound without probes")
        }
      finally lease.release()
    } catch {
      case refused: TensorException => Left(s"ONNX Runtime refuses it: ${refused.getMessage}")
    }

  private def most(graph: OnnxGraph): Int =
    if (SparkEnv.get.executorId == driver) Int.MaxValue
    else math.max(fewest.toLong, mostBytes / math.max(graph.size, 1L)).min(Int.MaxValue).toInt
}

private final class GraphProbes(
    graph: OnnxGraph,
    session: TensorSession,
    container: Container,
    most: Int
) {
  private val head = container.head
  private val rows = math.min(head.path("rows").asInt, most)

  def checked: Either[String, CheckedOutputs] = {
    val told = head.path("inputs").elements.asScala.toVector
    if (told.size != graph.inputs.size || rows < 1) Left("its probes are of another graph")
    else {
      val inputs = graph.inputs.zip(told).map { case (kind, json) => filled(kind, json) }
      val own = session.outputs.toSeq
      val outputs = graph.outputs.zipWithIndex.map {
        case ((name, Left(cause)), _) => name -> Left(cause)
        case ((name, Right(stated)), at) =>
          val told = head.path("outputs").path(name)
          val found = own.lift(at).filter(one => one != null && one.name == name)
          if (told.isMissingNode) name -> Left(s"its probes tell nothing of its output $name")
          else if (!found.exists(_.kind == stated.kind))
            name -> Left(s"ONNX Runtime has another type for its output $name")
          else name -> Right(closed(stated, told))
      }
      val taken = outputs.collect { case (_, Right(kind)) => new Tensor(kind, rows) }
      run(inputs, taken).left.map(cause => s"it fails on its probes: $cause").map { nanos =>
        val all = outputs.map {
          case (name, Right(kind)) =>
            val tensor = taken.find(_.`type`.name == name).get
            name -> differs(tensor, head.path("outputs").path(name)).toLeft(kind)
          case other => other
        }
        CheckedOutputs(all, nanos.toDouble / rows)
      }
    }
  }

  private def run(inputs: Seq[Tensor], outputs: Seq[Tensor]): Either[String, Long] = {
    val prepared = session.prepare(inputs.toArray, outputs.toArray)
    val start = System.nanoTime
    try {
      prepared.run(rows)
      Right(System.nanoTime - start)
    } catch { case failed: TensorException => Left(failed.getMessage) }
    finally {
      prepared.close()
      inputs.foreach(_.free())
      outputs.foreach(_.free())
    }
  }

  private def closed(stated: TensorType, told: JsonNode): TensorType =
    new TensorType(stated.name, stated.kind, sizes(told): _*)

  private def sizes(told: JsonNode): Seq[Long] =
    told.path("shape").elements.asScala.map(_.asLong).toVector

  private def filled(kind: TensorType, told: JsonNode): Tensor = {
    val tensor = new Tensor(closed(kind, told), rows)
    val count = rows * tensor.width
    if (told.has("texts")) {
      val texts = told.path("texts").elements.asScala.map(_.asText).toVector
      val codes = container.ints(told.path("codes").asText).take(count)
      codes.zipWithIndex.foreach { case (code, at) =>
        tensor.texts(at) = texts(code)
      }
    } else {
      val values = container.doubles(told.path("values").asText).take(count)
      values.zipWithIndex.foreach { case (value, at) =>
        tensor.setNumber(at, value)
      }
    }
    tensor
  }

  /** Where an output first differs from what Python's ONNX Runtime said. */
  private def differs(found: Tensor, told: JsonNode): Option[String] = {
    val close = Option(told.get("close")).map(name => container.bytes(name.asText))
    def isClose(at: Int) = close.exists(_(at / found.width) != 0)
    val name = found.`type`.name
    val count = rows * found.width
    val different: Int => Option[String] =
      if (told.has("texts")) {
        val texts = told.path("texts").elements.asScala.map(_.asText).toVector
        val codes = container.ints(told.path("codes").asText)
        at =>
          if (found.texts(at) == texts(codes(at))) None
          else Some(s"$name is '${found.texts(at)}', and the Python model's '${texts(codes(at))}'")
      } else {
        val values = container.doubles(told.path("values").asText)
        val within = Option(told.get("within")).map(name => container.doubles(name.asText))
        at => {
          val (ours, theirs) = (found.number(at), values(at))
          val same = ours == theirs || (ours.isNaN && theirs.isNaN) ||
            within.exists(w => w(at).isInfinite || math.abs(ours - theirs) <= w(at))
          if (same) None else Some(s"$name is $ours, and the Python model's $theirs")
        }
      }
    (0 until count).iterator
      .filterNot(isClose)
      .map(at => different(at).map(text => s"$text, for probe ${at / found.width}"))
      .collectFirst { case Some(text) => text }
  }
}
