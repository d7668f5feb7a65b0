// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import scala.util.control.NonFatal

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileSystem, Path, UnsupportedFileSystemException}
import org.apache.spark.sql.types.StructType

/** Answers what the Python that binds has no JVM of its own for; the twin of `recorded.py`. */
final class BinderQuestions(hadoop: Configuration) {
  private val mapper = new ObjectMapper()

  def answer(question: JsonNode): JsonNode = {
    val told = mapper.createObjectNode()
    try told.set[JsonNode]("answer", answered(question))
    catch {
      case NonFatal(error) =>
        told.put("failed", error.toString.split("\n").head)
        told.put("kind", error.getClass.getSimpleName)
    }
    told
  }

  private def answered(question: JsonNode): JsonNode = {
    val asked = (name: String) => question.get(name).asText
    asked("ask") match {
      case "type" => dataType(asked("ddl"))
      case "hadoop" => mapper.getNodeFactory.textNode(hadoop.get(asked("key")))
      case "resource" => mapper.getNodeFactory.booleanNode(isOnClassPath(asked("name")))
      case "folder" => folder(new Path(asked("uri")))
      case "files" => files(new Path(asked("uri")))
      case "copy" =>
        val source = new Path(new Path(asked("uri")), asked("file"))
        // the source stays, and no file of checksums is written beside the copy
        source.getFileSystem(hadoop).copyToLocalFile(false, source, new Path(asked("target")), true)
        mapper.nullNode()
    }
  }

  private def isOnClassPath(name: String): Boolean =
    Option(Thread.currentThread.getContextClassLoader)
      .getOrElse(getClass.getClassLoader)
      .getResource(name) != null

  /** A lone type is the one of a table's column, so that a list of columns is told from it. */
  private def dataType(ddl: String): JsonNode = {
    val parsed =
      try StructType.fromDDL(s"it $ddl").head.dataType
      catch { case NonFatal(_) => StructType.fromDDL(ddl) }
    mapper.readTree(parsed.json)
  }

  private def folder(path: Path): JsonNode =
    try {
      FileSystem.getFileSystemClass(path.toUri.getScheme, hadoop)
      val uri = path.toUri
      val told = mapper.createObjectNode()
      told.put("address", path.toString.stripSuffix("/"))
      told.put("host", Option(uri.getAuthority).getOrElse(uri.getScheme))
    } catch {
      case _: UnsupportedFileSystemException => mapper.nullNode()
    }

  private def files(path: Path): JsonNode = {
    val told = mapper.createArrayNode()
    val root = path.toUri.getPath.stripSuffix("/") + "/"
    val listed = path.getFileSystem(hadoop).listFiles(path, true)
    while (listed.hasNext) {
      val status = listed.next()
      val name = status.getPath.toUri.getPath
      if (name.startsWith(root)) {
        val file = told.addArray()
        file.add(name.substring(root.length)).add(status.getLen)
        file.add(s"${BinderQuestions.etag(status)} ${status.getModificationTime}")
      }
    }
    told
  }
}

object BinderQuestions {

  /** Object stores tell one; other file systems' answer has no such method. */
  private def etag(status: AnyRef): String =
    try status.getClass.getMethod("getEtag").invoke(status).toString
    catch { case NonFatal(_) => "" }
}
