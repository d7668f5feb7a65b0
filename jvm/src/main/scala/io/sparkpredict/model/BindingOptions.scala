// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import com.fasterxml.jackson.databind.JsonNode

/** What was chosen when a model was bound, as far as the JVM decides by it; see `choices.py`. */
final case class BindingOptions(
    binding: ArgumentBinding,
    nulls: NullPolicy,
    onError: ErrorPolicy
)

object BindingOptions {
  def of(choices: JsonNode): BindingOptions =
    BindingOptions(
      ArgumentBinding.named(choices.get("binding").asText),
      NullPolicy.named(choices.get("nulls").asText),
      ErrorPolicy.named(choices.get("on_error").asText)
    )
}

/** How the arguments of a call find their features. */
sealed trait ArgumentBinding

object ArgumentBinding {
  case object Auto extends ArgumentBinding
  case object ByName extends ArgumentBinding
  case object ByPosition extends ArgumentBinding

  val named: Map[String, ArgumentBinding] =
    Map("auto" -> Auto, "name" -> ByName, "position" -> ByPosition)
}

/** What becomes of a NULL. */
sealed trait NullPolicy

object NullPolicy {
  case object Auto extends NullPolicy
  case object Error extends NullPolicy
  case object Null extends NullPolicy
  case object Nan extends NullPolicy

  val named: Map[String, NullPolicy] =
    Map("auto" -> Auto, "error" -> Error, "null" -> Null, "nan" -> Nan)
}

/** What becomes of a bad row. */
sealed trait ErrorPolicy

object ErrorPolicy {
  case object Fail extends ErrorPolicy
  case object Null extends ErrorPolicy
  case object Capture extends ErrorPolicy

  val named: Map[String, ErrorPolicy] =
    Map("fail" -> Fail, "null" -> Null, "capture" -> Capture)
}
