// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import java.util.Base64

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.SparkContext
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.expressions.PythonUDF
import org.apache.spark.sql.sparkpredict.{CarrierFunctions, WorkerSums}
import org.apache.spark.sql.types.DataType

/** A binding as the sessions of an application use it.
  *
  * @param pointer
  *   what `registry.py` would write into the conf of a session
  * @param carrier
  *   what it would register as a function
  * @param sums
  *   what its workers count
  */
final class SentBinding private (
    val pointer: String,
    val carrier: PythonUDF,
    val sums: WorkerSums,
    files: SentFiles,
    names: Seq[String]
) {

  /** Sends model and worker code to the executors. */
  def send(session: SparkSession): Unit = files.send(session, names)
}

object SentBinding {
  def of(
      context: SparkContext,
      files: SentFiles,
      kept: KeptBinding,
      python: String
  ): SentBinding = {
    val pointer = kept.told.get("pointer").asText
    val name = new ObjectMapper().readTree(pointer).get("carrier").asText
    val sums = new WorkerSums
    val carrier = functions(kept.told, kept.zips.map(zip), python).named(name, context, sums)
    val names = kept.files.map { file =>
      val sent = if (kept.zips.contains(file.getName)) zip(file.getName) else file.getName
      files.take(file, sent)
      sent
    }
    new SentBinding(pointer, carrier, sums, files, names)
  }

  /** A name that PySpark's own `addPyFile` of the same zip does not clash with. */
  private def zip(name: String): String = s"listed_$name"

  private def functions(told: JsonNode, zips: Seq[String], python: String) = {
    val json = told.get("carrier")
    CarrierFunctions(
      Base64.getDecoder.decode(json.get("command").asText),
      DataType.fromJson(json.get("type").toString),
      json.get("eval_type").asInt,
      zips,
      python,
      told.get("python").asText
    )
  }
}
