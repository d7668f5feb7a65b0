// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.audit

import com.fasterxml.jackson.databind.ObjectMapper
import io.sparkpredict.model.BoundModel

/** One line of JSON, in which no alias and no address can begin another line. */
object AuditLine {
  def apply(query: String, models: Seq[BoundModel]): String = {
    val json = new ObjectMapper().createObjectNode()
    json.put("query", query)
    json.put("user", models.head.user)
    val listed = json.putArray("models")
    models.foreach { model =>
      val one = listed.addObject()
      names.zip(facts(model)).foreach { case (name, fact) => one.put(name, fact) }
    }
    s"PREDICT scores: $json"
  }

  private val names = Seq("alias", "digest", "uri", "engine")

  /** What a line says of a model. The URI is the one that `bind_model` has taken the secrets out of. */
  def facts(model: BoundModel): Seq[String] =
    Seq(model.alias, model.binding.digest, uri(model), model.engine)

  private def uri(model: BoundModel): String =
    new ObjectMapper().readTree(model.binding.choices).path("uri").asText
}
