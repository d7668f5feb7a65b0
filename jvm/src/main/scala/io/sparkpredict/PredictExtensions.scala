// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import java.util.{Collections, Set => JSet, WeakHashMap}

import io.sparkpredict.analysis.{
  CallClauses,
  PredictChecks,
  PredictFunction,
  PredictInfoFunction,
  PredictModelsFunction,
  RaiseRefusals,
  StarArguments
}
import io.sparkpredict.engine.block.PlanBlocks
import io.sparkpredict.engine.python.LowerToPython
import io.sparkpredict.plan.{
  ExtractForCache,
  ExtractPredict,
  OptimizePredict,
  RefuseUnplaced,
  ScoreAfterSort
}
import org.apache.spark.sql.SparkSessionExtensions
import org.apache.spark.sql.sparkpredict.{Compat, Hooks}

/** What `spark.sql.extensions` names: everything that PREDICT adds to a session, on one screen. */
class PredictExtensions extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit =
    if (SupportedSpark.found() && PredictExtensions.first(extensions)) {
      // functions
      PredictExtensions.functions.foreach(Hooks.injectFunction(extensions, _))
      extensions.injectTableFunction(PredictModelsFunction.description)

      // analysis
      Hooks.injectBeforeResolution(extensions, _ => CallClauses)
      extensions.injectResolutionRule(_ => CallClauses)
      extensions.injectResolutionRule(_ => StarArguments)
      extensions.injectResolutionRule(_ => RaiseRefusals)
      extensions.injectCheckRule(_ => PredictChecks)

      // optimizer: once before anything can copy a call, once more for what decorrelation sets free
      Hooks.injectBeforeOptimizer(
        extensions,
        _ => if (Compat.cachesAnalysedPlans) ExtractForCache else ExtractPredict
      )
      extensions.injectOptimizerRule(_ => OptimizePredict)
      extensions.injectOptimizerRule(_ => ScoreAfterSort)
      extensions.injectPreCBORule(_ => ExtractPredict)
      extensions.injectPreCBORule(_ => RefuseUnplaced)

      // engines
      extensions.injectPreCBORule(_ => LowerToPython)
      extensions.injectPlannerStrategy(_ => PlanBlocks)
    }
}

object PredictExtensions {
  val functions: Seq[Compat.FunctionDescription] =
    Seq(PredictFunction.description, PredictInfoFunction.description)

  private val seen: JSet[SparkSessionExtensions] =
    Collections.synchronizedSet(
      Collections.newSetFromMap(new WeakHashMap[SparkSessionExtensions, java.lang.Boolean])
    )

  /** False where a configuration names several of our class names: the rules go in once. */
  private def first(extensions: SparkSessionExtensions): Boolean = seen.add(extensions)
}
