// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.File
import java.net.URI

/** What changes with the files of a model on this machine: their paths, sizes and times. */
object LocalStamp {
  private val mostFiles = 10000

  /** None for a model that is elsewhere, or has too many files to look at. */
  def of(uri: String): Option[String] = local(uri).filter(_.exists).flatMap { place =>
    val found = files(place).take(mostFiles + 1).toVector
    val shown = found.map(file => s"$file ${file.length} ${file.lastModified}")
    if (found.size > mostFiles) None else Some(shown.sorted.mkString("\n"))
  }

  private def local(uri: String): Option[File] =
    if (uri.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      if (uri.toLowerCase.startsWith("file:")) Some(new File(new URI(uri).getPath)) else None
    } else Some(new File(uri))

  private def files(place: File): Iterator[File] =
    if (place.isFile) Iterator(place)
    else Option(place.listFiles).toSeq.flatten.iterator.flatMap(files)
}
