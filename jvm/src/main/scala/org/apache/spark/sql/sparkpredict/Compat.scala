// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import java.lang.reflect.{Array, Constructor, InvocationTargetException}

import scala.util.control.NonFatal

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.analysis.{AnalysisContext, UnresolvedFunction}
import org.apache.spark.sql.catalyst.expressions.{
  Expression,
  ExpressionInfo,
  NamedExpression,
  PythonUDF,
  SortOrder
}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, RepartitionByExpression, Sort}
import org.apache.spark.sql.catalyst.trees.CurrentOrigin
import org.apache.spark.sql.internal.{SQLConf, SessionState}
import org.apache.spark.sql.types.{DataType, TimestampType}
import org.apache.spark.{SPARK_VERSION, SparkException}

/** Reaches by reflection what differs between Spark's minor versions, as `Hooks` does for what a
  * session is extended by; one jar serves a whole Scala line because of these two files. The package
  * is the one that sees what Spark keeps to itself.
  */
object Compat {
  type FunctionDescription = (FunctionIdentifier, ExpressionInfo, Seq[Expression] => Expression)

  private val version: Seq[Int] =
    SPARK_VERSION.split("[.-]").toSeq.take(2).map(_.toInt)

  def atLeast(major: Int, minor: Int): Boolean =
    version.head > major || (version.head == major && version(1) >= minor)

  /** So that the analyzer does not check the plan again. */
  def markAnalysed(plan: LogicalPlan): Unit = read(plan, "setAnalyzed")

  /** The text of the call that a builder is asked to make, where no rule comes before the builder. */
  def textOfCall: Option[String] = {
    val origin = CurrentOrigin.get
    if (atLeast(4, 0)) None
    else {
      for {
        text <- origin.sqlText
        from <- origin.startIndex
        to <- origin.stopIndex
        if 0 <= from && from <= to && to < text.length
      } yield text.substring(from, to + 1)
    }
  }

  /** A call that is not resolved yet with other arguments; newer Sparks know more fields of it. */
  def withArguments(call: UnresolvedFunction, arguments: Seq[Expression]): Expression = {
    val fields = call.productIterator.toSeq.updated(1, arguments)
    val widest = call.getClass.getConstructors.find(_.getParameterCount == fields.size)
    create(widest, fields).asInstanceOf[Expression]
  }

  /** Whether the hook before the optimizer comes before Spark's own checks of the plan. */
  val checksFollowExtraction: Boolean = !atLeast(3, 4)

  /** Whether Spark normalizes plans, but not all those that it caches or looks for in its cache. */
  val cachesAnalysedPlans: Boolean = atLeast(3, 4) && !atLeast(4, 0)

  /** The temporary Python function of that name, looked up so that a view which is being resolved or
    * made neither hides it nor records it as its own.
    */
  def pythonFunction(session: SparkSession, name: String): Option[PythonUDF] = {
    val catalog = sessionState(session).catalog
    AnalysisContext.withNewAnalysisContext {
      catalog.resolveBuiltinOrTempFunction(name, Nil).collect { case udf: PythonUDF => udf }
    }
  }

  /** A call of a registered Python function under another name, with arguments. */
  def pythonCall(carrier: PythonUDF, name: String, arguments: Seq[Expression]): PythonUDF =
    new PythonUDF(
      name,
      carrier.func,
      carrier.dataType,
      arguments,
      carrier.evalType,
      true,
      NamedExpression.newExprId
    )

  def sessionState(session: SparkSession): SessionState =
    read(session, "sessionState").asInstanceOf[SessionState]

  def read(owner: AnyRef, name: String): Any =
    owner.getClass.getMethod(name).invoke(owner)

  /** A value as another type, by ANSI rules and the session's time zone: NULL (`attempt`) or an error
    * where it does not fit.
    */
  def strictCast(child: Expression, to: DataType, attempt: Boolean): Expression = {
    val timeZone = Some(SQLConf.get.sessionLocalTimeZone)
    if (child.dataType == to) child
    else if (atLeast(3, 4)) evalModeCast(child, to, timeZone, if (attempt) "TRY" else "ANSI")
    else {
      val name = if (attempt) "TryCast" else "AnsiCast"
      construct(
        Class.forName(s"org.apache.spark.sql.catalyst.expressions.$name"),
        Seq(child, to, timeZone)
      )
    }
  }

  /** An instant as the wall clock of the session's time zone, which pandas gets wrong after 2037; as
    * it is before 3.4, whose Python functions take no such type.
    */
  def wallClock(value: Expression): Expression =
    if (value.dataType != TimestampType || !atLeast(3, 4)) value
    else strictCast(value, DataType.fromDDL("timestamp_ntz"), attempt = true)

  private def evalModeCast(
      child: Expression,
      to: DataType,
      timeZone: Option[String],
      mode: String
  ): Expression = {
    val modes = Class.forName("org.apache.spark.sql.catalyst.expressions.EvalMode$")
    val value = modes.getMethod(mode).invoke(modes.getField("MODULE$").get(null))
    val cast = Class.forName("org.apache.spark.sql.catalyst.expressions.Cast")
    construct(cast, Seq(child, to, timeZone, value))
  }

  private def construct(owner: Class[_], arguments: Seq[Any]): Expression = {
    val all = owner.getConstructors
    val fitting = all.find { constructor =>
      val types = constructor.getParameterTypes
      types.length == arguments.length &&
      types.zip(arguments).forall { case (parameter, argument) => parameter.isInstance(argument) }
    }
    create(fitting, arguments).asInstanceOf[Expression]
  }

  /** A sort by another order of another child; newer Sparks know more fields of it. */
  def sorted(sort: Sort, order: Seq[SortOrder], child: LogicalPlan): LogicalPlan = {
    val fields = Seq[Any](order, sort.global, child) ++ sort.productIterator.toSeq.drop(3)
    val widest = sort.getClass.getConstructors.find(_.getParameterCount == fields.size)
    create(widest, fields).asInstanceOf[LogicalPlan]
  }

  /** The rows of a plan dealt out evenly; adaptive execution may choose into how many partitions. */
  def exchanged(plan: LogicalPlan): LogicalPlan = {
    val owner = classOf[RepartitionByExpression]
    val widest = owner.getConstructors.maxBy(_.getParameterCount)
    val fields = widest.getParameterTypes.toSeq.map { kind =>
      if (kind == classOf[LogicalPlan]) plan else if (kind == classOf[Option[_]]) None else Nil
    }
    create(Some(widest), fields).asInstanceOf[LogicalPlan]
  }

  /** `key => value` of a call (3.5 and later). */
  def namedArgument(expression: Expression): Option[(String, Expression)] =
    if (expression.getClass.getSimpleName != "NamedArgumentExpression") None
    else {
      val read = (name: String) => expression.getClass.getMethod(name).invoke(expression)
      Some((read("key").asInstanceOf[String], read("value").asInstanceOf[Expression]))
    }

  /** Spark's own AnalysisException with a condition that is not in Spark's list, at the position of
    * the expression under way.
    */
  def analysisException(
      condition: String,
      sqlState: String,
      message: String,
      parameters: Map[String, String]
  ): Exception = {
    val longest = longestOfError("org.apache.spark.sql.AnalysisException")
    val position = Seq(CurrentOrigin.get.line, CurrentOrigin.get.startPosition)
    val arguments =
      longest.toSeq.flatMap(errorArguments(_, position, condition, sqlState, message, parameters))
    create(longest, arguments).asInstanceOf[Exception]
  }

  /** Spark's SparkRuntimeException likewise, which has no position. Before 3.5 it takes no text of
    * its own: then the text is a SparkException's, without a condition.
    */
  def runtimeException(
      condition: String,
      sqlState: String,
      message: String,
      parameters: Map[String, String]
  ): Exception =
    longestOfError("org.apache.spark.SparkRuntimeException")
      .fold[Exception](new SparkException(message)) { longest =>
        val arguments = errorArguments(longest, Nil, condition, sqlState, message, parameters)
        create(Some(longest), arguments).asInstanceOf[Exception]
      }

  /** No constructor is common to the versions, and a subclass would bind to one of them: the longest
    * that takes a text takes everything that its Spark knows of.
    */
  private def longestOfError(owner: String): Option[Constructor[_]] =
    Class
      .forName(owner)
      .getDeclaredConstructors
      .filter(_.getParameterTypes.lift(1).contains(classOf[Option[_]]))
      .sortBy(_.getParameterCount)
      .lastOption

  /** (message[, line, position][, plan], cause, condition, parameters[, context][, SQLSTATE[,
    * template]]); before 3.4 the parameters are an array.
    */
  private def errorArguments(
      constructor: Constructor[_],
      position: Seq[Option[Int]],
      condition: String,
      sqlState: String,
      message: String,
      parameters: Map[String, String]
  ): Seq[Any] = {
    val types = constructor.getParameterTypes.toSeq
    val parametersAt = types.lastIndexWhere(t => t == classOf[scala.Array[String]] || isMap(t))
    val last = types.indices.filter(at => at > parametersAt && !types(at).isArray)
    types.zipWithIndex.map {
      case (_, 0) => message
      case (_, at) if at <= position.size => position(at - 1)
      case (_, at) if at == parametersAt - 1 => Some(condition)
      case (array, at) if at == parametersAt =>
        if (isMap(array)) parameters else parameters.values.toArray
      case (array, _) if array.isArray => Array.newInstance(array.getComponentType, 0)
      case (_, at) if at > parametersAt => Some(Seq(sqlState, message)(last.indexOf(at)))
      case _ => None
    }
  }

  private def isMap(owner: Class[_]): Boolean =
    classOf[scala.collection.Map[_, _]].isAssignableFrom(owner)

  private def create(constructor: Option[Constructor[_]], arguments: Seq[Any]): Any = {
    val found = constructor.getOrElse(
      throw new IllegalStateException(s"Spark $SPARK_VERSION lacks a constructor this jar needs")
    )
    found.setAccessible(true)
    try found.newInstance(arguments.map(_.asInstanceOf[AnyRef]): _*)
    catch {
      case broken: InvocationTargetException if NonFatal(broken.getCause) => throw broken.getCause
    }
  }
}
