// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.io.File
import java.net.{JarURLConnection, URL}

import scala.collection.JavaConverters._
import scala.util.control.NonFatal

import org.apache.spark.SparkContext
import org.slf4j.LoggerFactory

/** ONNX Runtime in this JVM: the best of the jars on the class path, loaded once. */
object Library {

  /** The first to read the format that skl2onnx and PyTorch write now, IR version 10. */
  private val oldest = Version(1, 22, 0)

  /** Gives wrong labels for binary forests: microsoft/onnxruntime#28557. */
  private val blocked = Version(1, 26, 0)

  private val marker = "ai/onnxruntime/OrtEnvironment.class"
  private val entry = "io.sparkpredict.engine.onnx.ort.OrtRuntime"

  private val log = LoggerFactory.getLogger(getClass)

  private var loaded: Option[Either[String, TensorRuntime]] = None

  /** The library, or why there is none. A jar that comes later is found then; one is loaded once. */
  def runtime: Either[String, TensorRuntime] = synchronized {
    loaded.getOrElse(chosen(jars).flatMap { jar =>
      loaded = Some(load(jar.url))
      loaded.get.left.foreach(log.warn(_))
      taken = Some(jar.url)
      loaded.get
    })
  }

  private var taken: Option[URL] = None

  /** Sends the jar that was loaded here to the executors, unless Spark does: a driver can have it by
    * its class path alone, and `configure` is not there to see to packages in every session.
    */
  def send(context: SparkContext): Unit = synchronized {
    taken.filterNot(_ => context.isLocal).map(url => new File(url.toURI)).foreach { jar =>
      if (!context.listJars().exists(_.endsWith(s"/${jar.getName}"))) context.addJar(jar.getPath)
    }
  }

  /** A jar of ONNX Runtime. */
  final case class Jar(url: URL, version: Version)

  /** Three numbers. */
  final case class Version(major: Int, minor: Int, patch: Int) {
    override def toString: String = s"$major.$minor.$patch"
  }

  object Version {
    implicit val order: Ordering[Version] = Ordering.by(v => (v.major, v.minor, v.patch))

    def parse(text: String): Option[Version] =
      "^(\\d+)\\.(\\d+)\\.(\\d+)".r.findFirstMatchIn(text).map { found =>
        Version(found.group(1).toInt, found.group(2).toInt, found.group(3).toInt)
      }
  }

  /** The newest that the engine takes, or why there is none. */
  def chosen(found: Seq[Jar]): Either[String, Jar] = {
    val usable = found.filter(jar => Version.order.gteq(jar.version, oldest))
    usable.filterNot(_.version == blocked).sortBy(_.version).lastOption.toRight {
      if (found.isEmpty)
        "ONNX Runtime is not on the class path: configure(builder, onnx=True) or " +
          "spark.jars.packages=com.microsoft.onnxruntime:onnxruntime puts it there"
      else if (usable.nonEmpty)
        s"ONNX Runtime $blocked gives wrong labels for forests: take another version"
      else {
        val versions = found.map(_.version).sorted.mkString(", ")
        s"ONNX Runtime $versions is too old: the engine takes $oldest and newer"
      }
    }
  }

  private def jars: Seq[Jar] = {
    val loaders = Seq(Thread.currentThread.getContextClassLoader, getClass.getClassLoader)
    loaders
      .filter(_ != null)
      .flatMap(_.getResources(marker).asScala)
      .map(_.openConnection())
      .collect { case found: JarURLConnection => found }
      .flatMap { found =>
        found.setUseCaches(false)
        val jar = found.getJarFile
        try {
          val stated = jar.getManifest.getMainAttributes.getValue("Implementation-Version")
          Option(stated).flatMap(Version.parse).map(Jar(found.getJarFileURL, _))
        } finally jar.close()
      }
      .distinct
  }

  private def load(jar: URL): Either[String, TensorRuntime] =
    try {
      val loader = new LibraryLoader(jar, getClass.getClassLoader)
      val made = Class.forName(entry, true, loader).getDeclaredConstructor().newInstance()
      Right(made.asInstanceOf[TensorRuntime])
    } catch {
      case broken @ (_: LinkageError | NonFatal(_)) =>
        val cause = Iterator.iterate(broken)(_.getCause).takeWhile(_ != null).toSeq.last
        val folder = System.getProperty("java.io.tmpdir")
        Left(
          s"ONNX Runtime's native library does not load: ${cause.getMessage}. It is unpacked into " +
            s"$folder, which must allow that (-Djava.io.tmpdir names another), and Linux needs " +
            "glibc 2.28"
        )
    }
}
