// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.io.File
import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest

import io.sparkpredict.PredictConf
import org.apache.spark.sql.SparkSession

/** Which files a conf entry may name. Anybody who can run SET can write one, so that it must not lead
  * to a file that `register()` did not send: each name is a digest of the content, there are no other
  * names, and the function, which only `register()` makes, says in its own name which artifact it
  * scores by.
  */
object SentNames {
  private val artifact = "predict-([0-9a-f]{64})\\.zip".r
  private val choices = "predict-binding-([0-9a-f]{64})\\.json".r
  private val carrier = "__predict_(?:[0-9a-f]{2})*_[0-9a-f]{16}([0-9a-f]{32})".r

  /** Refuses a binding before any file is read. */
  def check(session: SparkSession, binding: Binding): Unit = {
    val path = new File(binding.artifact)
    require(artifact.pattern.matcher(path.getName).matches, "its artifact is none")
    val allowed =
      if (!path.isAbsolute) binding.artifact == path.getName
      else
        PredictConf.onlyShipFolder(session).forall { folder =>
          folder.nonEmpty && new File(
            folder,
            path.getName
          ).getCanonicalFile == path.getCanonicalFile
        }
    require(allowed, "its artifact is in a folder that is not ship.folder")
    binding.carrier match {
      case carrier(model) =>
        require(path.getName.startsWith(s"predict-$model"), "its function is another model's")
      case _ => throw new IllegalArgumentException("its function is none of PREDICT's")
    }
  }

  /** Refuses an artifact whose descriptor is not the one that its name stands for. */
  def checkArtifact(name: String, digest: String, descriptor: String): Unit = name match {
    case artifact(sha) if sha == sha256(s"$digest\n$descriptor") =>
    case _ => throw new IllegalArgumentException(s"$name holds another model than its name says")
  }

  def checkChoices(name: String): Unit =
    require(choices.pattern.matcher(name).matches, "its choices are no file of PREDICT's")

  private def sha256(text: String): String =
    MessageDigest
      .getInstance("SHA-256")
      .digest(text.getBytes(UTF_8))
      .map("%02x".format(_))
      .mkString
}
