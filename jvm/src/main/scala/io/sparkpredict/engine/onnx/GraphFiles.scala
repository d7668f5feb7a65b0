// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.io.File
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

import io.sparkpredict.model.{ArtifactFile, Descriptor, Member}

/** The graph and its weights as files of this host, from the artifact. */
object GraphFiles {
  private val folder = "model/" // of the model in the artifact

  /** The graph's file; weights lie beside it, as it names them. */
  def of(artifact: String, graph: OnnxGraph): File = {
    val file = ArtifactFile.find(artifact)
    val place = graph.path.getOrElse("model.onnx")
    val own = graph.member.map { name =>
      Descriptor.of(file).members(name) -> place
    }
    val all = own.toSeq ++ graph.files.map { one =>
      Member(folder + one.path, one.size, one.sha256) -> one.path
    }
    new File(file.unpacked(s"predict-graph-${digest(all)}", all), place)
  }

  private def digest(all: Seq[(Member, String)]): String = {
    val text = all.map { case (member, place) => s"${member.sha256} $place" }.mkString("\n")
    MessageDigest
      .getInstance("SHA-256")
      .digest(text.getBytes(UTF_8))
      .map("%02x".format(_))
      .mkString
  }
}
