// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.io.{DataInputStream, File, FileNotFoundException}
import java.util.zip.ZipFile

import org.apache.spark.SparkFiles

/** Reads a member of a published artifact: a file of the session, or a path that all can read. */
object ArtifactMember {
  def path(artifact: String): String =
    if (new File(artifact).isAbsolute) artifact else SparkFiles.get(artifact)

  /** The member's bytes; None where the artifact has none of that name. */
  def read(artifact: String, member: String): Option[Array[Byte]] = {
    val found = path(artifact)
    if (!new File(found).isFile) throw new FileNotFoundException(found)
    val zip = new ZipFile(found)
    try
      Option(zip.getEntry(member)).map { entry =>
        val bytes = new Array[Byte](Math.toIntExact(entry.getSize))
        new DataInputStream(zip.getInputStream(entry)).readFully(bytes)
        bytes
      }
    finally zip.close()
  }
}
