// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** The lists that this jar and the Python package both hold, by their file name. */
object Resources {
  def json(name: String): JsonNode = {
    val stream = getClass.getResourceAsStream(s"/$name")
    try new ObjectMapper().readTree(stream)
    finally stream.close()
  }
}
