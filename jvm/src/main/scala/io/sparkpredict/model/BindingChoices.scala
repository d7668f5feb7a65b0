// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import java.nio.file.{Files, Paths}

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.SparkFiles

/** A binding's choices that are too long for the conf entry: a file of the session by its digest. */
object BindingChoices {
  def read(artifact: String): JsonNode =
    new ObjectMapper().readTree(Files.readAllBytes(Paths.get(SparkFiles.get(artifact))))
}
