// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.nio.charset.StandardCharsets.UTF_8
import java.security.MessageDigest
import java.util.TimeZone

import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ObjectNode
import io.sparkpredict.PredictConf
import org.apache.spark.sql.SparkSession
import org.apache.spark.{SPARK_VERSION, SparkContext}

/** Binds entries of a models file: by what is kept on the disk, else by Python.
  *
  * By what the application started with alone, never by what a session has set.
  */
final class ListedBinder(context: SparkContext) {
  private val mapper = new ObjectMapper()
  private val conf = context.getConf
  private val python = BindingPython.ofDriver(conf)
  private val workers = BindingPython.ofWorkers(conf)
  private val files = new SentFiles(context)
  private val questions = new BinderQuestions(context.hadoopConfiguration)

  def bind(session: SparkSession, model: ListedModel): SentBinding = {
    val job = asked(session, model)
    val kept = KeptBindings.of(session)
    val key = digest(model, job)
    val binding = kept
      .find(key)
      .getOrElse(kept.add(key) { folder =>
        val seconds = PredictConf.bindSeconds(session)
        new PythonBinder(python, questions, seconds).bind(model, job, folder)
      })
    SentBinding.of(context, files, binding, workers.path)
  }

  /** What `bind/__main__.py` is told, but for the folder. */
  private def asked(session: SparkSession, model: ListedModel): ObjectNode = {
    val job = mapper.createObjectNode()
    job.put("alias", model.alias).put("spark", SPARK_VERSION)
    job.set[ObjectNode]("model", model.options)
    val started = mapper.createObjectNode()
    PredictConf.started(session).foreach { case (key, value) => started.put(key, value) }
    val zone = conf.get("spark.sql.session.timeZone", TimeZone.getDefault.getID)
    val told = started.deepCopy().put(PredictConf.enabledKey, "true")
    job.set[ObjectNode]("conf", told.put("spark.sql.session.timeZone", zone))
    val installation = job.putObject("installation")
    installation.put("version", getClass.getPackage.getImplementationVersion)
    installation.put("may_bind", true)
    installation.set[ObjectNode]("started", started)
    installation.putArray("models")
    installation.putArray("files")
    job
  }

  /** Under which name a binding is kept. A model that may have changed where it is, and of which
    * nothing here tells, is bound once by each application.
    */
  private def digest(model: ListedModel, job: ObjectNode): String = {
    val source =
      model.digest.orElse(LocalStamp.of(model.uri)).getOrElse(context.applicationId)
    val text = Seq(job.toString, source, workers.path).mkString("\n")
    val sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8))
    sha.map("%02x".format(_)).mkString
  }
}
