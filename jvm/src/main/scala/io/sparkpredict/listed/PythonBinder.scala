// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.io.{
  BufferedReader,
  File,
  IOException,
  InputStream,
  InputStreamReader,
  OutputStreamWriter,
  Writer
}
import java.nio.charset.StandardCharsets.UTF_8
import java.util.concurrent.atomic.AtomicBoolean
import java.util.{Timer, TimerTask}

import scala.annotation.tailrec
import scala.collection.mutable

import com.fasterxml.jackson.databind.node.ObjectNode
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import io.sparkpredict.{PredictConf, PredictErrors}
import org.apache.spark.sql.sparkpredict.CarrierFunctions

/** Has Python fetch, check and bind one model: `python -m sparkpredict.bind --json`, which asks and
  * answers in lines of JSON on its standard streams. What it is told stands on no command line.
  */
final class PythonBinder(python: BindingPython, questions: BinderQuestions, seconds: Long) {
  private val mapper = new ObjectMapper()

  /** What the sessions need of the binding.
    *
    * @param job
    *   what `bind/__main__.py` is told, but for the folder
    * @param folder
    *   a new one, where Python leaves what the executors get
    */
  def bind(model: ListedModel, job: ObjectNode, folder: File): JsonNode = {
    val process = start(model, folder)
    val said = new LastWords(process.getErrorStream)
    val expired = new AtomicBoolean(false)
    val clock = new Timer(s"binding ${model.alias}", true)
    try {
      clock.schedule(task { expired.set(true); process.destroyForcibly() }, seconds * 1000L)
      val told = talk(process, job.deepCopy().put("folder", folder.getPath))
      process.waitFor()
      told match {
        case Some(answer) if answer.has("bound") => answer.get("bound")
        case Some(answer) =>
          throw PredictErrors.listedModelBroken(model, answer.path("refused").asText)
        case None if expired.get =>
          throw failed(
            model,
            s"took more than ${PredictConf.bindTimeoutKey}, $seconds s",
            said.text
          )
        case None => throw ended(model, process.exitValue, said.text)
      }
    } finally {
      clock.cancel()
      process.destroyForcibly()
    }
  }

  private def start(model: ListedModel, folder: File): Process = {
    val builder = new ProcessBuilder(python.program, "-m", "sparkpredict.bind", "--json")
    // Python imports from its working folder first, and others may write to the driver's
    builder.directory(folder)
    val variables = builder.environment
    PythonBinder.notInherited.foreach(variables.remove(_))
    variables.put("PYTHONPATH", CarrierFunctions.pythonPath(sys.env.get("PYTHONPATH")))
    try builder.start()
    catch {
      case error: IOException => throw failed(model, "does not start", error.getMessage)
    }
  }

  /** Answers what the process asks, until it gives the binding, or goes without. */
  private def talk(process: Process, job: JsonNode): Option[JsonNode] = {
    val lines = new BufferedReader(new InputStreamReader(process.getInputStream, UTF_8))
    val answers = new OutputStreamWriter(process.getOutputStream, UTF_8)

    @tailrec
    def next(): Option[JsonNode] = Option(lines.readLine()).map(mapper.readTree) match {
      case Some(question) if question.has("ask") =>
        write(answers, questions.answer(question))
        next()
      case told => told
    }
    try {
      write(answers, job)
      val told = next()
      answers.close()
      told
    } catch {
      case _: IOException => None // it has ended, and its last words say why
    }
  }

  private def write(answers: Writer, line: JsonNode): Unit = {
    answers.write(line.toString + "\n")
    answers.flush()
  }

  private def ended(model: ListedModel, code: Int, words: String): Exception =
    PythonBinder.missing.findFirstMatchIn(words).map(_.group(1).takeWhile(_ != '.')) match {
      case Some(module) =>
        val named = if (module == "sparkpredict") "spark-predict" else module
        failed(model, s"has no package '$module'", s"install it there: pip install $named")
      case None => failed(model, s"ended with exit code $code", words)
    }

  private def failed(model: ListedModel, problem: String, cause: String): Exception =
    PredictErrors.binderFailed(model, python.toString, problem, cause)

  private def task(body: => Any): TimerTask = new TimerTask {
    override def run(): Unit = {
      body
      ()
    }
  }
}

object PythonBinder {
  private val missing = "No module named '?([\\w.]+)'?".r

  /** What would make the process a client of another Spark, or of this one. */
  private val notInherited = Seq(
    "PYSPARK_GATEWAY_PORT",
    "PYSPARK_GATEWAY_SECRET",
    "PYSPARK_SUBMIT_ARGS",
    "SPARK_CONNECT_MODE_ENABLED",
    "SPARK_REMOTE"
  )
}

/** Reads a stream to its end, so that who writes to it never waits, and keeps the last lines. */
private final class LastWords(stream: InputStream) {
  private val kept = mutable.Queue.empty[String]
  private val reader = new Thread("last words of the Python that binds") {
    override def run(): Unit = {
      val lines = new BufferedReader(new InputStreamReader(stream, UTF_8))
      try Iterator.continually(lines.readLine()).takeWhile(_ != null).foreach(keep)
      catch { case _: IOException => () } // the process was ended
    }
  }
  reader.setDaemon(true)
  reader.start()

  private def keep(line: String): Unit = kept.synchronized {
    if (line.trim.nonEmpty) kept.enqueue(line)
    if (kept.size > LastWords.lines) kept.dequeue()
    ()
  }

  /** The end of what the process said. */
  def text: String = {
    reader.join(LastWords.patience)
    kept.synchronized(if (kept.isEmpty) "it said nothing" else kept.mkString("\n"))
  }
}

private object LastWords {
  private val lines = 20
  private val patience = 2000L
}
