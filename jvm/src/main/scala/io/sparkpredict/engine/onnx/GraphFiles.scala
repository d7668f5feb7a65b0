// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.io.File
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

import io.sparkpredict.model.{ArtifactFile, Descriptor, Member}

/** The graph as a file of this host, from the artifact. Its weights it reads in the artifact. */
object GraphFiles {
  private val folder = "model/" // of the model in the artifact

  /** The graph's file, with a link to the artifact beside it where it reads weights there. */
  def of(artifact: String, graph: OnnxGraph): File = {
    val file = ArtifactFile.find(artifact)
    val place = graph.path.getOrElse("model.onnx")
    val own = graph.member.map { name =>
      Descriptor.of(file).members(name) -> place
    }
    // Also of weights that stay in the artifact: a model that is trained again has the same graph.
    val name = s"predict-graph-${digest(own.toSeq ++ members(graph))}"
    val parts = own.toSeq ++ (if (graph.beside.isDefined) Nil else members(graph))
    new File(file.unpacked(name, parts, graph.beside), place)
  }

  /** What compares the digests of all that a session reads in the artifact, on any thread; None
    * where that was done when it was unpacked.
    */
  def check(artifact: String, graph: OnnxGraph): Option[() => Unit] = graph.beside.map { _ =>
    val file = ArtifactFile.find(artifact)
    () => members(graph).foreach { case (member, _) => file.check(member) }
  }

  private def members(graph: OnnxGraph): Seq[(Member, String)] =
    graph.files.map(one => Member(folder + one.path, one.size, one.sha256) -> one.path)

  private def digest(all: Seq[(Member, String)]): String = {
    val text = all.map { case (member, place) => s"${member.sha256} $place" }.mkString("\n")
    MessageDigest
      .getInstance("SHA-256")
      .digest(text.getBytes(UTF_8))
      .map("%02x".format(_))
      .mkString
  }
}
