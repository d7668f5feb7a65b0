// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** What `predict_info` tells of a bound model. */
object ModelInfo {
  def json(model: BoundModel): String = {
    val info = new ObjectMapper().createObjectNode()
    info.put("alias", model.alias)
    info.put("digest", model.binding.digest)
    info.put("engine", model.engine)
    info.set[JsonNode]("reasons", reasons(model))
    info.put("return_type", model.returns.sql)
    info.put("carrier_type", model.carrierType.sql)
    info.put("version", model.binding.version)
    info.set[JsonNode]("choices", new ObjectMapper().readTree(model.binding.choices))
    info.set[JsonNode]("model", model.descriptor.json)
    if (model.inJvm.isDefined)
      ScoreCounts.bad(model).foreach(count => info.put("bad_rows", count.value.longValue))
    info.toString
  }

  /** One sentence for each engine: why it scores, or why it does not. */
  private def reasons(model: BoundModel) = {
    val all = new ObjectMapper().createObjectNode()
    model.engines.reasons.foreach { case (engine, reason) => all.put(engine, reason) }
    all
  }
}
