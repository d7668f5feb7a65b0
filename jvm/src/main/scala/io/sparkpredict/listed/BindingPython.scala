// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.File

import org.apache.spark.SparkConf

/** Which Python binds and which one scores, as Spark's own `spark-submit` chooses them.
  *
  * By what the application started with: a session that could name a program could run it.
  *
  * @param path
  *   the program
  * @param setBy
  *   which key or variable names it
  */
final case class BindingPython(path: String, setBy: String) {

  /** Whichever folder it is started in; a bare name is looked up by the system. */
  def program: String = if (path.contains('/')) new File(path).getAbsolutePath else path

  override def toString: String = s"'$path' ($setBy)"
}

object BindingPython {
  private type Setting = (String, Option[String])

  def ofDriver(conf: SparkConf): BindingPython =
    first(
      key(conf, "spark.pyspark.driver.python"),
      key(conf, "spark.pyspark.python"),
      variable("PYSPARK_DRIVER_PYTHON"),
      variable("PYSPARK_PYTHON")
    )

  def ofWorkers(conf: SparkConf): BindingPython =
    first(key(conf, "spark.pyspark.python"), variable("PYSPARK_PYTHON"))

  private def key(conf: SparkConf, name: String): Setting = name -> conf.getOption(name)

  private def variable(name: String): Setting = name -> sys.env.get(name)

  private def first(settings: Setting*): BindingPython =
    settings
      .collectFirst { case (name, Some(path)) if path.nonEmpty => BindingPython(path, name) }
      .getOrElse(BindingPython("python3", s"${settings.map(_._1).mkString(", ")} are not set"))
}
