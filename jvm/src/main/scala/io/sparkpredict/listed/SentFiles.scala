// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.File
import java.nio.file.Files

import scala.util.control.NonFatal

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.{CarrierFunctions, SessionFiles}
import org.apache.spark.{SparkContext, SparkFiles}

/** What the executors of an application get for listed models, each file once for all who see it.
  *
  * Spark's file server reads them from a folder of this process, whatever becomes of what is kept, and
  * knows one place for each name. A name stands for its content.
  */
final class SentFiles(context: SparkContext) {
  private lazy val folder = CarrierFunctions.temporaryFolder()
  private var sent = Set.empty[(String, String)]

  /** Takes a file over under a name. */
  def take(file: File, name: String): Unit = synchronized {
    val target = new File(folder, name)
    if (!target.exists) {
      try Files.createLink(target.toPath, file.toPath)
      catch {
        case NonFatal(_) => Files.copy(file.toPath, target.toPath) // another file system
      }
      ()
    }
  }

  /** Sends files that were taken over to where the tasks of a session look for them. */
  def send(session: SparkSession, names: Seq[String]): Unit =
    SessionFiles.within(session)(send(names))

  private def send(names: Seq[String]): Unit = synchronized {
    val scope = SessionFiles.scope
    names.filterNot(name => sent(scope -> name)).foreach { name =>
      // Python's bind_model may have sent the same model from a place of its own
      val there = scope.isEmpty && new File(SparkFiles.get(name)).isFile
      if (!there) context.addFile(new File(folder, name).getPath)
      sent += scope -> name
    }
  }
}
