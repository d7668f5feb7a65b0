// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.{ArgumentBinding, BoundModel, Feature, InputLayout, NullPolicy}
import io.sparkpredict.plan.{Conversion, Intake, NullRule, VectorToArray}
import org.apache.spark.sql.catalyst.expressions.{Expression, Literal}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.{ArrayType, DataType, NumericType, StringType, StructType}

/** Which argument goes into which feature, and as what.
  *
  * By name when every feature is found among the arguments' names, in whatever order; extra columns
  * are dropped and never read. By position when the names say nothing. Anything between is refused:
  * a wrong guess would be a wrong score without an error. A struct that stands alone counts as its
  * fields.
  */
object FeatureMatch {
  type Matched = Seq[(Expression, Intake)]

  def apply(model: BoundModel, arguments: Seq[Argument]): Matched =
    new FeatureMatch(model).matched(arguments)
}

private final class FeatureMatch(model: BoundModel) {
  private val features = model.descriptor.features
  private val options = model.binding.options
  private val equal = SQLConf.get.resolver

  def matched(all: Seq[Argument]): FeatureMatch.Matched = {
    val arguments = spread(all)
    model.descriptor.layout match {
      case InputLayout.Columns => columns(arguments)
      case InputLayout.Matrix => matrix(arguments)
      case InputLayout.Tensors => tensors(arguments)
      case InputLayout.Frame => frame(arguments)
    }
  }

  /** The fields of a lone struct, unless the struct itself is the model's one feature. */
  private def spread(all: Seq[Argument]): Seq[Argument] = all match {
    case Seq(one) =>
      val isOwn = features.size == 1 && (features.head.dataType match {
        case Some(kind) => kind.isInstanceOf[StructType]
        case None => one.name.exists(equal(_, features.head.name))
      })
      if (isOwn) all else Argument.fields(one).getOrElse(all)
    case several => several
  }

  private def columns(arguments: Seq[Argument]): FeatureMatch.Matched = {
    val found = features.map(feature => feature -> named(arguments, feature.name))
    val missing = found.collect { case (feature, Seq()) if !feature.optional => feature.name }
    val unknown = arguments.exists(a => a.isKey && !a.name.exists(isFeature))
    val unnamed = arguments.exists(_.name.isEmpty) // would be dropped without a word
    val all = missing.isEmpty && found.exists(_._2.nonEmpty) && !unknown && !unnamed
    options.binding match {
      case ArgumentBinding.ByPosition if !arguments.exists(_.isKey) => byPosition(arguments)
      case _ if all => found.map { case (feature, matches) => byName(feature, matches) }
      case ArgumentBinding.Auto if !unknown && positionIsMeant(arguments) => byPosition(arguments)
      case _ => throw mismatch(arguments, missing)
    }
  }

  private def byName(feature: Feature, matches: Seq[Argument]): (Expression, Intake) =
    matches match {
      case Seq(one) => taken(feature, one.value)
      case Seq() => absent(feature)
      case several =>
        throw PredictErrors.argumentDuplicated(model.alias, feature.name, several.size)
    }

  private def byPosition(arguments: Seq[Argument]): FeatureMatch.Matched = {
    val required = features.lastIndexWhere(!_.optional) + 1
    if (arguments.size > features.size || arguments.size < required) throw count(arguments)
    features.zip(arguments).map { case (feature, argument) => taken(feature, argument.value) } ++
      features.drop(arguments.size).map(absent)
  }

  private def taken(feature: Feature, value: Expression): (Expression, Intake) = {
    val kind = value.dataType
    val conversion = (feature.shape, feature.dataType) match {
      case (Some(Seq(_, _*)), Some(tensor)) => ArgumentTypes.tensor(kind, tensor)
      case (_, own) => ArgumentTypes.conversion(kind, own)
    }
    val fitting = conversion.getOrElse(
      throw PredictErrors.argumentType(model.alias, feature.name, feature.dataType, kind)
    )
    (value, Intake(feature.name, fitting, nulls(feature.takesNull)))
  }

  /** An optional feature that the call leaves out: the model gets NULLs whatever NULL else means. */
  private def absent(feature: Feature): (Expression, Intake) = {
    val nothing = feature.dataType.fold[Expression](Literal(null))(Literal.create(null, _))
    (nothing, Intake(feature.name, Conversion.AsIs, NullRule.Given))
  }

  private def nulls(takesNull: Option[Boolean]): NullRule = options.nulls match {
    case NullPolicy.Nan => NullRule.Given
    case NullPolicy.Null => NullRule.Unscored
    case NullPolicy.Error => NullRule.Refused
    case NullPolicy.Auto => if (takesNull.contains(false)) NullRule.Unscored else NullRule.Given
  }

  private def isFeature(name: String): Boolean = features.exists(f => equal(f.name, name))

  private def named(arguments: Seq[Argument], feature: String): Seq[Argument] =
    arguments.filter(_.name.exists(equal(_, feature)))

  /** The count fits, and no argument bears a name that says otherwise. */
  private def positionIsMeant(arguments: Seq[Argument]): Boolean = {
    val ordinals = features.map(_.name) == features.indices.map(_.toString)
    arguments.size == features.size && features.zip(arguments).forall { case (feature, argument) =>
      argument.name.forall(equal(_, feature.name)) ||
      (ordinals && !argument.name.exists(isFeature))
    }
  }

  private def mismatch(arguments: Seq[Argument], missing: Seq[String]): Exception = {
    val names = arguments.flatMap(_.name)
    val extra = names.filterNot(isFeature)
    val tooFew = arguments.size < features.size && !arguments.exists(_.isKey)
    val isCount = tooFew || names.isEmpty || (missing.isEmpty && extra.isEmpty)
    if (options.binding == ArgumentBinding.Auto && isCount) count(arguments)
    else if (missing.isEmpty && extra.isEmpty) PredictErrors.argumentsUnnamed(model.alias)
    else PredictErrors.argumentNames(model.alias, missing, extra, LookAlikes(missing, extra))
  }

  private def count(arguments: Seq[Argument]): Exception =
    PredictErrors.argumentCount(model.alias, features.size, arguments.size, features.map(_.name))

  /** By name or position as other features; a lone tensor of k values also as k numbers or texts. */
  private def tensors(arguments: Seq[Argument]): FeatureMatch.Matched = features match {
    case Seq(Feature(_, Some(ArrayType(element, _)), _, takesNull, Some(Seq(size))))
        if arguments.size == size && !arguments.exists(_.value.dataType.isInstanceOf[ArrayType]) &&
          (element.isInstanceOf[NumericType] || element == StringType) =>
      refuseKeys(arguments)
      values(arguments, Some(element), takesNull)
    case _ => columns(arguments)
  }

  private def matrix(arguments: Seq[Argument]): FeatureMatch.Matched = {
    refuseKeys(arguments)
    arguments.map(_.value) match {
      case Seq(whole) if isRow(whole.dataType) => Seq(row(whole, expected(arguments)))
      case _ =>
        checkCount(arguments)
        values(arguments, model.descriptor.element, model.descriptor.takesNull)
    }
  }

  private def values(
      arguments: Seq[Argument],
      element: Option[DataType],
      takesNull: Option[Boolean]
  ): FeatureMatch.Matched =
    arguments.zipWithIndex.map { case (argument, at) =>
      val name = argument.name.getOrElse(at.toString)
      val kind = argument.value.dataType
      val conversion = element match {
        case None => ArgumentTypes.number(kind)
        case own =>
          ArgumentTypes
            .conversion(kind, own)
            .getOrElse(throw PredictErrors.argumentType(model.alias, name, own, kind))
      }
      (argument.value, Intake(name, conversion, nulls(takesNull)))
    }

  private def isRow(kind: DataType): Boolean = kind match {
    case ArrayType(_: NumericType, _) => true
    case other => VectorToArray.isVector(other)
  }

  private def row(value: Expression, length: Int): (Expression, Intake) =
    (value, Intake("0", Conversion.Row(length), nulls(model.descriptor.takesNull)))

  /** The query's own names where each argument has one of its own, else ordinals as MLflow's. */
  private def frame(arguments: Seq[Argument]): FeatureMatch.Matched = {
    checkCount(arguments)
    val own = arguments.flatMap(_.name)
    val usable = own.distinct.size == arguments.size
    if (!usable && options.binding == ArgumentBinding.ByName)
      throw PredictErrors.argumentsUnnamed(model.alias)
    val byOwn = usable && options.binding != ArgumentBinding.ByPosition
    val names = if (byOwn) own else arguments.indices.map(_.toString)
    names.zip(arguments).map { case (name, argument) =>
      val kind = argument.value.dataType
      val conversion =
        if (VectorToArray.isVector(kind)) Conversion.FromVector else Conversion.AsIs
      (argument.value, Intake(name, conversion, nulls(model.descriptor.takesNull)))
    }
  }

  private def expected(arguments: Seq[Argument]): Int =
    model.descriptor.featureCount.getOrElse(math.max(arguments.size, 1))

  private def checkCount(arguments: Seq[Argument]): Unit =
    if (arguments.size != expected(arguments)) {
      val found = arguments.size
      throw PredictErrors.argumentCount(model.alias, expected(arguments), found, Nil)
    }

  /** A matrix has no names, so a name that is given would be passed over without a word. */
  private def refuseKeys(arguments: Seq[Argument]): Unit =
    if (options.binding == ArgumentBinding.ByName || arguments.exists(_.isKey))
      throw PredictErrors.featuresUnnamed(model.alias)
}
