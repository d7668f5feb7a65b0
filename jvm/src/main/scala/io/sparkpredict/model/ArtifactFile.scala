// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.io.{File, FileNotFoundException, IOException, InputStream, RandomAccessFile}
import java.nio.file.{Files, Path, StandardCopyOption}
import java.security.{DigestInputStream, MessageDigest}
import java.util.zip.ZipFile

import scala.io.Source

import org.apache.spark.SparkFiles

/** The zip in which a model came to this process: a driver, a Connect server or an executor.
  *
  * It is a file of the application or of the Connect session, which Spark brings to the executors
  * when their first task starts, or a path that all can read. Beside the model it holds members for
  * the JVM; the descriptor says the size and the digest of each. What is not as it says is not used.
  */
final class ArtifactFile private (val path: File, shared: Boolean) {

  def descriptor: String = read(Descriptor.member)(Source.fromInputStream(_, "UTF-8").mkString)

  /** A member that fits into memory, if there is one of that name. */
  def bytes(name: String): Option[Array[Byte]] =
    Descriptor.of(this).members.get(name).map(bytes)

  /** A member that fits into memory. */
  def bytes(member: Member): Array[Byte] = {
    require(member.size <= Int.MaxValue - 8, s"${member.name} is ${member.size} bytes")
    val content = new Array[Byte](member.size.toInt)
    read(member.name) { stream =>
      var at = 0
      var count = 0
      while (at < content.length && count >= 0) {
        count = stream.read(content, at, content.length - at)
        at += math.max(count, 0)
      }
      check(member, at.toLong, MessageDigest.getInstance("SHA-256").digest(content))
    }
    content
  }

  /** A member as a file of its own. */
  def unpacked(member: Member): File = {
    val name = s"predict-member-${member.sha256}"
    new File(unpacked(name, Seq(member -> "content"), None), "content")
  }

  /** Files in a folder of their own, for a library that reads or maps them: beside the artifact,
    * made once for all processes that share it, and gone with the session's files.
    *
    * @param name
    *   of the folder, which stands for the content
    * @param members
    *   of the artifact, each with the path that it gets in the folder
    * @param itself
    *   the path that the artifact gets in the folder, if it is wanted there too
    */
  def unpacked(name: String, members: Seq[(Member, String)], itself: Option[String]): File = {
    val folder = if (shared) new File(SparkFiles.getRootDirectory()) else path.getParentFile
    val target = new File(folder, name)
    if (!target.isDirectory) ArtifactFile.locked(new File(folder, s"$name.lock")) {
      if (!target.isDirectory) {
        val partial = Files.createTempDirectory(folder.toPath, s"$name.part")
        try {
          members.foreach { case (member, place) => unpack(member, inside(partial, place)) }
          itself.foreach(place => link(inside(partial, place)))
          Files.move(partial, target.toPath, StandardCopyOption.ATOMIC_MOVE)
        } finally ArtifactFile.remove(partial.toFile)
      }
    }
    target
  }

  private def inside(folder: Path, place: String): Path = {
    val root = folder.toAbsolutePath.normalize // an executor's has a dot in it
    val file = root.resolve(place).normalize
    require(file.startsWith(root) && file != root, s"${path.getName} names a file $place")
    file
  }

  private def unpack(member: Member, target: Path): Unit = {
    Files.createDirectories(target.getParent)
    val sha = MessageDigest.getInstance("SHA-256")
    val size = read(member.name) { stream =>
      try Files.copy(new DigestInputStream(stream, sha), target)
      catch { // of a full disk Java does not say which
        case failed: IOException => throw new IOException(s"$target: ${failed.getMessage}", failed)
      }
    }
    check(member, size, sha.digest())
  }

  /** The artifact by another name: as a copy where the two are not of one file system. */
  private def link(target: Path): Unit = {
    val source = path.toPath.toRealPath()
    Files.createDirectories(target.getParent)
    try Files.createLink(target, source)
    catch { case _: IOException | _: UnsupportedOperationException => Files.copy(source, target) }
    ()
  }

  /** Compares the digest of a member, which may be larger than memory. */
  def check(member: Member): Unit = {
    val sha = MessageDigest.getInstance("SHA-256")
    val part = new Array[Byte](ArtifactFile.part)
    val size = read(member.name) { stream =>
      Iterator.continually(stream.read(part)).takeWhile(_ >= 0).foldLeft(0L) { (sum, count) =>
        sha.update(part, 0, count)
        sum + count
      }
    }
    check(member, size, sha.digest())
  }

  private def check(member: Member, size: Long, sha256: Array[Byte]): Unit = {
    val found = sha256.map("%02x".format(_)).mkString
    require(
      size == member.size && found == member.sha256,
      s"${path.getName} holds another ${member.name}: $size bytes, digest $found"
    )
  }

  private def read[A](name: String)(body: InputStream => A): A = {
    val zip = new ZipFile(path)
    try {
      val entry = Option(zip.getEntry(name))
        .getOrElse(throw new FileNotFoundException(s"${path.getName} has no $name"))
      body(zip.getInputStream(entry))
    } finally zip.close()
  }
}

object ArtifactFile {
  private val part = 1 << 16 // bytes: as a rule the loop over them is compiled soon then

  /** @param artifact
    *   the name of a file that was sent with the session or the application, or an absolute path
    */
  def find(artifact: String): ArtifactFile = {
    val shared = new File(artifact).isAbsolute
    new ArtifactFile(if (shared) existing(new File(artifact)) else sent(artifact), shared)
  }

  /** A file that was sent with the session or the application. */
  def sent(name: String): File = {
    val path = new File(SparkFiles.get(name))
    if (path.isFile) path else ofAnySession(name).getOrElse(existing(path))
  }

  private def existing(path: File): File =
    if (path.isFile) path else throw new FileNotFoundException(path.getPath)

  /** Spark tells the JVM of an executor not which Connect session a task is of, and before 4.0 the
    * server neither. A name is a digest
    * of the content, so that the file of any session is the right one.
    */
  private def ofAnySession(name: String): Option[File] = {
    val folders = new File(SparkFiles.getRootDirectory()).getCanonicalFile.listFiles()
    Option(folders).toSeq.flatten.map(new File(_, name)).find(_.isFile)
  }

  /** The files of the session, or of the application, that are here already. */
  def here(): Seq[String] = {
    val folder = new File(SparkFiles.get("any")).getParentFile
    Option(folder.list()).toSeq.flatten.sorted
  }

  private def remove(file: File): Unit = {
    Option(file.listFiles()).toSeq.flatten.foreach(remove)
    Files.deleteIfExists(file.toPath)
    ()
  }

  /** One process of this host at a time; a lock of the JVM keeps its own threads apart. */
  private def locked[A](file: File)(body: => A): A = synchronized {
    val handle = new RandomAccessFile(file, "rw")
    try {
      val lock = handle.getChannel.lock()
      try body
      finally lock.release()
    } finally handle.close()
  }
}

/** A part of an artifact that is for the JVM: a plan, a graph. */
final case class Member(name: String, size: Long, sha256: String)
