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
  val bindKey: String = prefix + "bind.enabled"
  val bindTimeoutKey: String = prefix + "bind.timeout"
  val cacheDirKey: String = prefix + "cacheDir"
  private val cacheMaxBytesKey = prefix + "cacheMaxBytes"
  private val modelsKey = prefix + "models"
  private val onnxIdleKey = prefix + "onnx.idleTimeout"

  /** The value as it is set, which need not be a boolean. */
  def enabledText(session: SparkSession): String =
    session.conf.getOption(enabledKey).getOrElse("true").trim.toLowerCase

  def enabled(session: SparkSession): Boolean = flag(enabledKey, enabledText(session))

  private def flag(key: String, text: String): Boolean = text match {
    case "true" => true
    case "false" => false
    case other => throw PredictErrors.invalidConf(key, other, "true or false")
  }

  /** Whether a session may have models of its own: by the start of the application and by its own. */
  def mayBind(session: SparkSession): Boolean =
    Seq(startedWith(session, bindKey), session.conf.get(bindKey, default(bindKey)))
      .forall(text => flag(bindKey, text.trim.toLowerCase))

  /** Of the application: an executor knows no session. */
  def onnxIdleSeconds: Long = {
    val set = Option(SparkEnv.get).flatMap(_.conf.getOption(onnxIdleKey))
    whole(onnxIdleKey, set.getOrElse(default(onnxIdleKey)), "a number of seconds")
  }

  def bindSeconds(session: SparkSession): Long =
    whole(bindTimeoutKey, startedWith(session, bindTimeoutKey), "a number of seconds")

  def cacheMaxBytes(session: SparkSession): Long =
    whole(cacheMaxBytesKey, startedWith(session, cacheMaxBytesKey), "a number of bytes")

  /** The file of the models that the application has for all its sessions. */
  def modelsFile(session: SparkSession): Option[String] =
    Some(startedWith(session, modelsKey)).filter(_.nonEmpty)

  private def whole(key: String, text: String, expected: String): Long =
    if (text.trim.matches("[0-9]{1,18}")) text.trim.toLong
    else throw PredictErrors.invalidConf(key, text, expected)

  private def default(key: String): String =
    Resources.json("conf-keys.json").get(key).get("default").asText

  /** What a key was when the application started, or its default: no session can change it. */
  def startedWith(session: SparkSession, key: String): String =
    session.sparkContext.getConf.getOption(key).getOrElse(default(key)).trim

  def caseSensitive(session: SparkSession): Boolean =
    session.conf.get("spark.sql.caseSensitive", "false").toBoolean

  /** The session's own binding of an alias, where it may have any. */
  def binding(session: SparkSession, alias: String): Option[String] =
    session.conf.getOption(bindingPrefix + hex(alias)).filter(_ => mayBind(session))

  /** The aliases that have a binding of the session's own, in order. */
  def boundAliases(session: SparkSession): Seq[String] =
    session.conf.getAll.keysIterator
      .filter(key => key.startsWith(bindingPrefix) && mayBind(session))
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
