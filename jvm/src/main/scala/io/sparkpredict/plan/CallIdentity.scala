// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

/** Equal for calls that one scoring serves: a nondeterministic call equals only itself. */
final class CallIdentity(val call: Predict) {
  override def equals(other: Any): Boolean = other match {
    case that: CallIdentity =>
      (call eq that.call) || (call.deterministic && call.semanticEquals(that.call))
    case _ => false
  }

  override val hashCode: Int =
    if (call.deterministic) call.semanticHash() else System.identityHashCode(call)
}
