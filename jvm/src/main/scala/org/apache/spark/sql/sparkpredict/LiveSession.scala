// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import io.sparkpredict.PredictExtensions
import io.sparkpredict.analysis.RaiseRefusals
import org.apache.spark.sql.{SparkSession, SparkSessionExtensions}

/** Adds PREDICT to a session that was started without it.
  *
  * Its optimizer and planner read the session's extensions at each query, so what is added there
  * counts at once, and for every session made of this one. Its functions and its analyzer were built
  * when it started: the functions are registered, the rules appended.
  */
object LiveSession {

  /** Whether the session's analyzer has our rules, and from this class loader. */
  def knows(session: SparkSession): Boolean =
    Compat.sessionState(session).analyzer.extendedResolutionRules.contains(RaiseRefusals)

  /** Does nothing to a session that has PREDICT already. */
  def attach(session: SparkSession): Unit = synchronized {
    if (!knows(session)) {
      val state = Compat.sessionState(session)
      new PredictExtensions().apply(Hooks.extensions(session))

      // what our class adds to extensions that nobody else has added to
      val ours = new SparkSessionExtensions
      new PredictExtensions().apply(ours)
      Hooks.registerFunctions(ours, state.functionRegistry, PredictExtensions.functions)
      ours.registerTableFunctions(state.tableFunctionRegistry)
      Hooks.appendRules(ours, session, state)
    }
  }
}
