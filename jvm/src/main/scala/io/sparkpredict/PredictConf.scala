// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import java.nio.charset.StandardCharsets.UTF_8

import org.apache.spark.SparkEnv
import org.apache.spark.sql.SparkSession

/** The keys of `conf-keys.json`, read from the session's own configuration.
  *
  * Never from `SQLConf.get`: while a view is resolved that is the configuration the view was made
  * with, which knows no binding.
  */
object PredictConf {
  private val prefix = "spark.synapse.ml.predict."
  val enabledKey: String = prefix + "enabled"
  private val bindingPrefix = prefix + "binding."
  private val onnxIdleKey = prefix + "onnx.idleTimeout"

  /** The value as it is set, which need not be a boolean. */
  def enabledText(session: SparkSession): String =
    session.conf.getOption(enabledKey).getOrElse("true").trim.toLowerCase

  def enabled(session: SparkSession): Boolean = enabledText(session) match {
    case "true" => true
    case "false" => false
    case other => throw PredictErrors.invalidConf(enabledKey, other, "true or false")
  }

  /** Of the application: an executor knows no session. */
  def onnxIdleSeconds: Long = {
    val set = Option(SparkEnv.get).flatMap(_.conf.getOption(onnxIdleKey))
    val text =
      set.getOrElse(Resources.json("conf-keys.json").get(onnxIdleKey).get("default").asText)
    if (text.trim.matches("[0-9]{1,9}")) text.trim.toLong
    else throw PredictErrors.invalidConf(onnxIdleKey, text, "a number of seconds")
  }

  def caseSensitive(session: SparkSession): Boolean =
    session.conf.get("spark.sql.caseSensitive", "false").toBoolean

  def binding(session: SparkSession, alias: String): Option[String] =
    session.conf.getOption(bindingPrefix + hex(alias))

  /** The aliases that have a binding, in order. */
  def boundAliases(session: SparkSession): Seq[String] =
    session.conf.getAll.keysIterator
      .filter(_.startsWith(bindingPrefix))
      .map(key => unhex(key.substring(bindingPrefix.length)))
      .toVector
      .sorted

  /** The one folder that artifacts may lie in, where the start of the application has settled that:
    * who trusts few places must not be led to another one by a later SET. It is empty for none.
    */
  def onlyShipFolder(session: SparkSession): Option[String] = {
    val start = started(session).toMap
    val key = prefix + "ship.folder"
    val settled = start.contains(key) || start.get(prefix + "trustedUriPrefixes").exists(_.nonEmpty)
    if (settled) Some(start.getOrElse(key, "").trim) else None
  }

  /** The keys that were set when the application started, which a session cannot change. */
  def started(session: SparkSession): Seq[(String, String)] =
    session.sparkContext.getConf.getAll.toSeq.filter { case (key, _) =>
      key.startsWith(prefix) && !key.startsWith(bindingPrefix)
    }.sorted

  private def hex(text: String): String =
    text.getBytes(UTF_8).map(byte => f"${byte & 0xff}%02x").mkString

  private def unhex(digits: String): String =
    new String(digits.grouped(2).map(Integer.parseInt(_, 16).toByte).toArray, UTF_8)
}
