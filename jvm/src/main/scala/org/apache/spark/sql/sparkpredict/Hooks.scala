// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry
import org.apache.spark.sql.catalyst.expressions.{Expression, ExpressionInfo}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.internal.SessionState
import org.apache.spark.sql.sparkpredict.Compat.FunctionDescription
import org.apache.spark.sql.{SparkSession, SparkSessionExtensions}

/** Where a session can be extended, when it starts and when it runs already: what differs between
  * Spark's minor versions is found by name.
  */
object Hooks {
  type TableFunctionDescription =
    (FunctionIdentifier, ExpressionInfo, Seq[Expression] => LogicalPlan)

  /** Adds a function. Before 4.2 a permanent view refuses every function that is neither persistent
    * nor in the process-wide registry, so there it goes in that one. What an earlier application of
    * this process left there is replaced: its classes came from another loader.
    */
  def injectFunction(extensions: SparkSessionExtensions, function: FunctionDescription): Unit =
    if (Compat.atLeast(4, 2)) extensions.injectFunction(function)
    else {
      val (name, info, builder) = function
      FunctionRegistry.builtin.synchronized {
        if (!FunctionRegistry.builtin.lookupFunctionBuilder(name).exists(_ eq builder)) {
          FunctionRegistry.builtin.registerFunction(name, info, builder)
        }
      }
    }

  /** Puts functions that `injectFunction` added into the registry of a session that runs already. */
  def registerFunctions(
      extensions: SparkSessionExtensions,
      registry: FunctionRegistry,
      functions: Seq[FunctionDescription]
  ): Unit =
    if (Compat.atLeast(4, 2)) extensions.registerFunctions(registry)
    else {
      functions.foreach { case (name, info, builder) =>
        registry.registerFunction(name, info, builder)
      }
    }

  /** Fires before Spark resolves functions, on Sparks that have such a hook (4.0 and later). */
  def injectBeforeResolution(
      extensions: SparkSessionExtensions,
      rule: SparkSession => Rule[LogicalPlan]
  ): Unit =
    extensions.getClass.getMethods
      .find(_.getName == "injectHintResolutionRule")
      .foreach(_.invoke(extensions, rule))

  /** The latest hook that still fires once before the optimizer: plan normalization (3.4 and later),
    * else the end of analysis.
    */
  def injectBeforeOptimizer(
      extensions: SparkSessionExtensions,
      rule: SparkSession => Rule[LogicalPlan]
  ): Unit = {
    val hooks = extensions.getClass.getMethods
    val hook = hooks
      .find(_.getName == "injectPlanNormalizationRule")
      .orElse(hooks.find(_.getName == "injectPostHocResolutionRule"))
    hook.foreach(_.invoke(extensions, rule))
  }

  /** The extensions of a session, which its optimizer and planner read at each query. */
  def extensions(session: SparkSession): SparkSessionExtensions =
    Compat.read(session, "extensions").asInstanceOf[SparkSessionExtensions]

  /** Appends the rules of extensions to the lists that a session was built with: those of its
    * analyzer and of its state, each a `val` of that name. Some Sparks lack the first or the last.
    * The rules that `LiveSession.knows` looks for come at the end.
    */
  def appendRules(
      extensions: SparkSessionExtensions,
      session: SparkSession,
      state: SessionState
  ): Unit = {
    val builders = extensions.getClass.getMethods
    for {
      (build, owner, list) <- Seq(
        ("buildHintResolutionRules", state.analyzer, "hintResolutionRules"),
        ("buildPostHocResolutionRules", state.analyzer, "postHocResolutionRules"),
        ("buildCheckRules", state.analyzer, "extendedCheckRules"),
        ("buildPlanNormalizationRules", state, "planNormalizationRules"),
        ("buildResolutionRules", state.analyzer, "extendedResolutionRules")
      )
      builder <- builders.find(_.getName == build)
      rules = builder.invoke(extensions, session).asInstanceOf[Iterable[Any]]
      if rules.nonEmpty
    } append(owner, list, rules)
  }

  /** Changes the field of the class that declares the `val` last. */
  private def append(owner: AnyRef, name: String, added: Iterable[Any]): Unit = {
    val classes = Iterator.iterate[Class[_]](owner.getClass)(_.getSuperclass).takeWhile(_ != null)
    val fields = classes.flatMap(_.getDeclaredFields.find(_.getName == name))
    if (!fields.hasNext) throw new NoSuchFieldException(s"${owner.getClass.getName}.$name")
    val field = fields.next()
    field.setAccessible(true)
    field.set(owner, field.get(owner).asInstanceOf[Iterable[Any]].toList ++ added)
  }
}
