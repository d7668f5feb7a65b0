// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** A binding's choices that are too long for the conf entry: a file of the session by its digest. */
object BindingChoices {
  def read(artifact: String): JsonNode = {
    SentNames.checkChoices(artifact)
    new ObjectMapper().readTree(ArtifactFile.sent(artifact))
  }
}
