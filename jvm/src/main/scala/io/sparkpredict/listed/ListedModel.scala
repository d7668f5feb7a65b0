// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.listed

import com.fasterxml.jackson.databind.node.ObjectNode
import io.sparkpredict.PredictErrors

/** One entry of the models file.
  *
  * @param file
  *   the models file as the admin named it
  * @param line
  *   where the entry begins, or where its flaw is
  * @param options
  *   the URI and the arguments of `bind_model`, as far as there is no flaw
  * @param flaw
  *   why it is no model
  */
final case class ListedModel(
    alias: String,
    file: String,
    line: Int,
    options: ObjectNode,
    flaw: Option[String]
) {
  def uri: String = options.path("uri").asText

  /** The digest that the model must have, where the entry pins one. */
  def digest: Option[String] = Option(options.get("digest")).map(_.asText)

  /** What another entry has to be equal in for its binding to be the same. */
  def content: String = s"$alias\n$options"

  /** Refuses an entry that is no model. */
  def check(): Unit = flaw.foreach(cause => throw PredictErrors.listedModelBroken(this, cause))
}
