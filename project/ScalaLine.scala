// SPDX-License-Identifier: Apache-2.0

import sbt.File
import sbt.IO
import sjsonnew.shaded.scalajson.ast.unsafe.JField
import sjsonnew.shaded.scalajson.ast.unsafe.JNumber
import sjsonnew.shaded.scalajson.ast.unsafe.JObject
import sjsonnew.shaded.scalajson.ast.unsafe.JString
import sjsonnew.shaded.scalajson.ast.unsafe.JValue
import sjsonnew.support.scalajson.unsafe.Parser

/** One of our jars: the Scala and the oldest Spark that it is compiled on, and its bytecode. */
final case class ScalaLine(scala: String, spark: String, bytecode: Int) {

  /** Options of both compilers that name the oldest Java this line runs on. */
  def scalacRelease: Seq[String] = Seq("-release", bytecode.toString)
  def javacRelease: Seq[String] = Seq("--release", bytecode.toString)
}

object ScalaLine {

  /** Reads `jvm/spark-versions.json`, the one list of versions; the keys are `2.12` and `2.13`. */
  def readAll(file: File): Map[String, ScalaLine] = {
    val document = Parser.parseUnsafe(IO.read(file))
    fields(field(document, "scala")).map { case (line, spec) =>
      line -> ScalaLine(
        text(field(spec, "version")),
        text(field(spec, "spark")),
        text(field(spec, "bytecode")).toInt
      )
    }
  }

  private def fields(value: JValue): Map[String, JValue] = value match {
    case JObject(all) => all.map { case JField(name, inner) => name -> inner }.toMap
    case other => sys.error(s"spark-versions.json: expected an object, found $other")
  }

  private def field(value: JValue, name: String): JValue =
    fields(value).getOrElse(name, sys.error(s"spark-versions.json: '$name' is missing"))

  private def text(value: JValue): String = value match {
    case JString(string) => string
    case JNumber(number) => number
    case other => sys.error(s"spark-versions.json: expected a text or a number, found $other")
  }
}
