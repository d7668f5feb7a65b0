// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.File
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.attribute.{PosixFilePermission, PosixFilePermissions}
import java.nio.file.{Files, StandardCopyOption}

import scala.collection.JavaConverters._
import scala.util.Try

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import io.sparkpredict.{PredictConf, PredictErrors}
import org.apache.hadoop.fs.FileUtil
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.CarrierFunctions

/** Bindings of listed models on the disk, beside the models that Python fetches: what was bound once
  * needs no Python in the next application.
  *
  * A binding has a pickled function, so that only this user may write there.
  *
  * @param maxBytes
  *   what all of them may take; what was used longest ago goes first
  */
final class KeptBindings private (folder: File, maxBytes: Long) {
  import KeptBindings._

  def find(key: String): Option[KeptBinding] = {
    val found = new File(folder, key)
    val kept = Try {
      val text = new String(Files.readAllBytes(new File(found, answer).toPath), UTF_8)
      found.setLastModified(System.currentTimeMillis())
      KeptBinding(found, new ObjectMapper().readTree(text))
    }
    kept.toOption.filter(_.files.forall(_.isFile))
  }

  /** Keeps what is written into a new folder, all or nothing. */
  def add(key: String)(bind: File => JsonNode): KeptBinding = {
    val partial = Files.createTempDirectory(folder.toPath, part).toFile
    val target = new File(folder, key)
    try {
      val told = bind(partial)
      Files.write(new File(partial, answer).toPath, told.toString.getBytes(UTF_8))
      FileUtil.fullyDelete(target) // one that could not be read
      Files.move(partial.toPath, target.toPath, StandardCopyOption.ATOMIC_MOVE)
      makeRoom(target)
      KeptBinding(target, told)
    } finally {
      FileUtil.fullyDelete(partial)
      ()
    }
  }

  /** The executors read from links of their own, so that nothing here is in use. */
  private def makeRoom(newest: File): Unit = {
    val old = System.currentTimeMillis() - dayMillis
    val left = folder.listFiles.filter(_.getName.startsWith(part)).filter(_.lastModified < old)
    left.foreach(FileUtil.fullyDelete(_)) // of processes that were killed
    val all = folder.listFiles.filter(new File(_, answer).isFile).sortBy(-_.lastModified)
    val older = all.filterNot(_ == newest)
    val sums = older.map(size).scanLeft(size(newest))(_ + _).drop(1)
    older.zip(sums).collect { case (kept, sum) if sum > maxBytes => FileUtil.fullyDelete(kept) }
    ()
  }
}

/** What was told of a binding, and the folder of the files that the executors get. */
final case class KeptBinding(folder: File, told: JsonNode) {
  private def names(field: String): Seq[String] =
    told.get(field).elements.asScala.map(_.asText).toVector

  def files: Seq[File] = names("files").map(new File(folder, _))

  def zips: Seq[String] = names("zips")
}

object KeptBindings {
  private val answer = "binding.json"
  private val part = "part-"
  private val dayMillis = 86400000L

  private val others =
    Seq(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)

  private def size(folder: File): Long = folder.listFiles.map(_.length).sum

  /** In `cacheDir`, else in the user's folder for caches, as `cache.py` has it. */
  def of(session: SparkSession): KeptBindings = {
    val named = PredictConf.startedWith(session, PredictConf.cacheDirKey)
    val caches = sys.env.get("XDG_CACHE_HOME").filter(_.nonEmpty)
    val own = caches.getOrElse(s"${System.getProperty("user.home")}/.cache")
    val home = if (named.nonEmpty) new File(named) else new File(own, "sparkpredict")
    new KeptBindings(usable(new File(home, "bound")), PredictConf.cacheMaxBytes(session))
  }

  /** The folder, which only this user can write to; a temporary one for an account without a home. */
  private def usable(folder: File): File = {
    val own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    val made = Try(Files.createDirectories(folder.toPath, own).toFile)
    val found = made.getOrElse(CarrierFunctions.temporaryFolder())
    val allowed = Files.getPosixFilePermissions(found.toPath)
    val owner = Files.getOwner(found.toPath).getName
    if (others.exists(allowed.contains) || owner != System.getProperty("user.name")) {
      val expected = "a folder that only the user of this process can write to"
      throw PredictErrors.invalidConf(PredictConf.cacheDirKey, found.getPath, expected)
    }
    found
  }
}
