// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.File
import java.net.URI

import scala.util.control.NonFatal

import io.sparkpredict.PredictErrors
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path

/** The models file of an application, read again when it has changed.
  *
  * @param name
  *   as the admin named it: a path of this machine, or a URI of any of Hadoop's file systems
  * @param hadoop
  *   the application's settings; those of a session could lead to another store
  */
final class ModelsFile(name: String, hadoop: Configuration) {
  private val path = ModelsFile.path(name)
  private var looked = 0L
  private var stamp = (0L, 0L)
  private var models = Option.empty[Either[String, Map[String, ListedModel]]]

  /** The entries by alias, as the file is now. */
  def entries: Map[String, ListedModel] = synchronized {
    if (models.isEmpty || System.nanoTime() - looked >= every) look()
    models.get.fold(cause => throw PredictErrors.modelsFileBroken(name, cause), identity)
  }

  /** A store far away is not asked at each query. */
  private def every: Long =
    if (path.toUri.getScheme == "file") 0L else ModelsFile.remoteNanos

  private def look(): Unit = {
    try {
      val files = path.getFileSystem(hadoop)
      val status = files.getFileStatus(path)
      val now = (status.getModificationTime, status.getLen)
      if (stamp != now || !models.exists(_.isRight)) {
        val stream = files.open(path)
        try models = Some(Right(ModelsFileReader.read(name, stream)))
        finally stream.close()
        stamp = now
      }
    } catch {
      case flaw: IllegalArgumentException => models = Some(Left(flaw.getMessage))
      case NonFatal(error) => models = Some(Left(error.toString))
    }
    looked = System.nanoTime()
  }
}

object ModelsFile {
  private val remoteNanos = 5000000000L

  private def path(name: String): Path =
    if (name.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) new Path(new URI(name))
    else new Path(new File(name).getAbsoluteFile.toURI)
}
