// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import com.fasterxml.jackson.databind.ObjectMapper
import org.apache.spark.sql.types.{DataType, StructType}

/** What the one conf entry of an alias says: which model, which carrier, and what was chosen when
  * it was bound. The twin of `registry.py`.
  *
  * @param engine
  *   what must score, or `auto`
  * @param device
  *   what runs a graph: `cpu` or `cuda`
  * @param output
  *   what is asked of the model; None for MLflow's predict
  * @param readsParams
  *   whether what is asked of the model reads MLflow's inference parameters
  */
final case class Binding(
    alias: String,
    version: String,
    digest: String,
    artifact: String,
    carrier: String,
    returns: DataType,
    identity: String,
    options: BindingOptions,
    engine: String,
    device: String,
    output: Option[String],
    readsParams: Boolean,
    choices: String
) {

  /** Where the model came from, as `sources.redacted` shows it. */
  def uri: String = new ObjectMapper().readTree(choices).path("uri").asText

  /** What the python engine gives, without the error that it may carry beside it. */
  def inner(carrier: DataType): DataType = carrier match {
    case fields: StructType if options.onError == ErrorPolicy.Capture =>
      val values = fields.filterNot(_.name == "__error")
      if (values.map(_.name) == Seq("__value")) values.head.dataType else StructType(values)
    case other => other
  }
}

object Binding {
  private val schemaVersion = 1

  /** Raises IllegalArgumentException when the text is not a pointer of this version. */
  def parse(text: String): Binding = {
    val json = new ObjectMapper().readTree(text)
    val found = json.path("schema").asInt
    require(found == schemaVersion, s"pointer version $found, this jar reads $schemaVersion")
    val choices = if (json.has("choices_artifact")) {
      BindingChoices.read(json.get("choices_artifact").asText)
    } else json.get("choices")
    Binding(
      alias = json.get("alias").asText,
      version = json.get("version").asText,
      digest = json.get("digest").asText,
      artifact = json.get("artifact").asText,
      carrier = json.get("carrier").asText,
      returns = DataType.fromJson(choices.get("returns").toString),
      identity = json.get("identity").asText,
      options = BindingOptions.of(choices),
      engine = choices.path("engine").asText("auto"),
      device = choices.path("device").asText("cpu"),
      output = Option(choices.get("output")).filterNot(_.isNull).map(_.asText),
      readsParams = json.get("reads_params").asBoolean,
      choices = choices.toString
    )
  }
}
