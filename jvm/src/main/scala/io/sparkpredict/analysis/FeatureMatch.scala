// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.{BoundModel, Feature, InputLayout}
import org.apache.spark.sql.catalyst.expressions.{CreateNamedStruct, Expression, Literal}
import org.apache.spark.sql.internal.SQLConf

/** Which argument goes into which feature.
  *
  * By name when every feature is found among the arguments' names, in whatever order; extra columns
  * are dropped and never read. By position when the names say nothing. Anything between is refused:
  * a wrong guess would be a wrong score without an error.
  */
object FeatureMatch {
  def apply(model: BoundModel, arguments: Seq[Argument]): Seq[Expression] =
    model.descriptor.layout match {
      case InputLayout.Columns => columns(model, arguments)
      case InputLayout.Matrix =>
        checkCount(model, arguments)
        arguments.map(argument => FeatureCast.number(argument.value))
      case InputLayout.Frame =>
        checkCount(model, arguments)
        Seq(frame(arguments))
    }

  private def columns(model: BoundModel, arguments: Seq[Argument]): Seq[Expression] = {
    val features = model.descriptor.features
    val found = features.map(feature => feature -> named(arguments, feature.name))
    val missing = found.collect {
      case (feature, Seq()) if !feature.optional => feature.name
    }
    if (missing.isEmpty && found.exists(_._2.nonEmpty)) {
      found.map { case (feature, matches) => byName(model, feature, matches) }
    } else if (positionIsMeant(features, arguments)) {
      features.zip(arguments).map { case (feature, argument) =>
        FeatureCast(model.alias, feature, argument.value)
      }
    } else throw mismatch(model, arguments, missing)
  }

  private def byName(model: BoundModel, feature: Feature, matches: Seq[Argument]): Expression =
    matches match {
      case Seq(one) => FeatureCast(model.alias, feature, one.value)
      case Seq() => feature.dataType.fold[Expression](Literal(null))(Literal.create(null, _))
      case several =>
        throw PredictErrors.argumentDuplicated(model.alias, feature.name, several.size)
    }

  private def named(arguments: Seq[Argument], feature: String): Seq[Argument] = {
    val equal = SQLConf.get.resolver
    arguments.filter(_.name.exists(equal(_, feature)))
  }

  /** The count fits, and no argument bears a name that says otherwise. */
  private def positionIsMeant(features: Seq[Feature], arguments: Seq[Argument]): Boolean = {
    val equal = SQLConf.get.resolver
    val ordinals = features.map(_.name) == features.indices.map(_.toString)
    arguments.size == features.size && features.zip(arguments).forall { case (feature, argument) =>
      argument.name.forall(equal(_, feature.name)) ||
      (ordinals && !argument.name.exists(name => features.exists(f => equal(f.name, name))))
    }
  }

  private def mismatch(model: BoundModel, arguments: Seq[Argument], missing: Seq[String]) = {
    val features = model.descriptor.features.map(_.name)
    val names = arguments.flatMap(_.name)
    if (arguments.size < features.size || names.isEmpty) {
      PredictErrors.argumentCount(model.alias, features.size, arguments.size, features)
    } else {
      val equal = SQLConf.get.resolver
      val extra = names.filterNot(name => features.exists(equal(_, name)))
      PredictErrors.argumentNames(model.alias, missing, extra, LookAlikes(missing, extra))
    }
  }

  private def checkCount(model: BoundModel, arguments: Seq[Argument]): Unit = {
    val expected = model.descriptor.featureCount.getOrElse(math.max(arguments.size, 1))
    if (arguments.size != expected) {
      throw PredictErrors.argumentCount(model.alias, expected, arguments.size, Nil)
    }
  }

  /** The query's own names where each argument has one of its own, else ordinals as MLflow's. */
  private def frame(arguments: Seq[Argument]): Expression = {
    val own = arguments.flatMap(_.name)
    val usable = own.distinct.size == arguments.size
    val names = if (usable) own else arguments.indices.map(_.toString)
    CreateNamedStruct(names.zip(arguments).flatMap { case (name, argument) =>
      Seq(Literal(name), argument.value)
    })
  }
}
