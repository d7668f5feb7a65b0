// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{
  And,
  CaseWhen,
  Coalesce,
  Concat,
  EqualTo,
  Expression,
  If,
  IsNotNull,
  IsNull,
  Literal,
  Not,
  Size
}
import org.apache.spark.sql.sparkpredict.Compat
import org.apache.spark.sql.types.{
  ArrayType,
  BooleanType,
  ByteType,
  DataType,
  DecimalType,
  DoubleType,
  IntegerType,
  LongType,
  ShortType,
  StringType
}

/** What an engine is given of a node's call: the same for every engine.
  *
  * @param values
  *   one for each argument, of the type that the model takes; where the row is not scored they mean
  *   nothing, and are no NULL where that would change the type of a whole batch in Python
  * @param flaw
  *   why a row's arguments cannot be given to the model, as text; NULL where they can
  * @param needed
  *   whether the row is to be scored, never NULL; None if all rows are
  */
final case class ModelInputs(
    values: Seq[Expression],
    flaw: Option[Expression],
    needed: Option[Expression]
)

object ModelInputs {
  def of(call: Predict): ModelInputs = {
    val arguments = call.inputs.zip(call.intakes)
    val flaws = arguments.flatMap { case (input, intake) => flawsOf(input, intake) }
    ModelInputs(
      arguments.map { case (input, intake) => value(input, intake, call.guard) },
      if (flaws.isEmpty) None else Some(new CaseWhen(flaws, None)),
      (call.guard ++ present(call)).reduceOption[Expression](And(_, _))
    )
  }

  /** Whether no argument is NULL that keeps its row from the model; None if none can be. */
  def present(call: Predict): Option[Expression] = {
    val wanted = call.inputs.zip(call.intakes).flatMap { case (input, intake) =>
      val itself = if (isUnscored(intake) && input.nullable) Seq(IsNotNull(input)) else Nil
      val inside =
        if (isWhole(intake) && intake.nulls == NullRule.Unscored) NullInside.of(input) else None
      itself ++ inside.map(Not(_))
    }
    wanted.reduceOption[Expression](And(_, _))
  }

  private def isUnscored(intake: Intake): Boolean = intake.nulls match {
    case NullRule.Unscored => true
    case NullRule.Given => isWhole(intake) // there is no number that a whole array could be
    case NullRule.Refused => false
  }

  private def isWhole(intake: Intake): Boolean = intake.conversion match {
    case Conversion.Row(_) | Conversion.Tensor => true
    case _ => false
  }

  private def value(input: Expression, intake: Intake, guard: Option[Expression]): Expression = {
    val converted = convert(input, intake.conversion)
    zero(converted.dataType) match {
      case Some(any) if converted.nullable && intake.nulls != NullRule.Given =>
        Coalesce(Seq(converted, any))
      case Some(any) if converted.nullable && guard.isDefined => If(guard.get, converted, any)
      case _ => converted
    }
  }

  /** Stands in for NULL where pandas has none, and would make floats of the whole batch. */
  private def zero(kind: DataType): Option[Literal] = kind match {
    case ByteType | ShortType | IntegerType | LongType | BooleanType => Some(Literal.default(kind))
    case _ => None
  }

  private def convert(input: Expression, conversion: Conversion): Expression = conversion match {
    case Conversion.AsIs => input
    case Conversion.Widened(to) => cast(input, to)
    case Conversion.Narrowed(to) =>
      zero(to).fold(cast(input, to))(any => If(isLost(input, to), any, cast(input, to)))
    case _ if VectorToArray.isVector(input.dataType) => VectorToArray(input)
    case _ => ofDoubles(input.dataType).fold(input)(cast(input, _))
  }

  /** The type of the same array with doubles for decimals, which no library takes. */
  private def ofDoubles(kind: DataType): Option[DataType] = kind match {
    case ArrayType(_: DecimalType, _) => Some(new ArrayType(DoubleType, true))
    case ArrayType(element, _) => ofDoubles(element).map(new ArrayType(_, true))
    case _ => None
  }

  /** Conditions under which a row is a bad row, with what is wrong with it. */
  private def flawsOf(input: Expression, intake: Intake): Seq[(Expression, Expression)] = {
    val refused = intake.nulls == NullRule.Refused
    val missing: Seq[(Expression, Expression)] =
      if (!refused || !input.nullable) Nil
      else Seq((IsNull(input), Literal(s"feature ${intake.name} is NULL")))
    val inside = if (refused && isWhole(intake)) NullInside.of(input) else None
    missing ++ inside.map(
      (_, Literal(s"feature ${intake.name} has a NULL inside"))
    ) ++ (intake.conversion match {
      case Conversion.Narrowed(to) =>
        Seq((isLost(input, to), said(intake, cast(input, StringType), s" is no ${to.sql}")))
      case row: Conversion.Row =>
        val length = new Size(convert(input, row), false)
        val other = And(IsNotNull(input), Not(EqualTo(length, Literal(row.length))))
        Seq((other, said(intake, cast(length, StringType), s" values, not ${row.length}")))
      case _ => Nil
    })
  }

  private def isLost(input: Expression, to: DataType): Expression =
    And(IsNotNull(input), IsNull(cast(input, to)))

  private def said(intake: Intake, value: Expression, what: String): Expression =
    Concat(Seq(Literal(s"feature ${intake.name}: "), value, Literal(what)))

  private def cast(value: Expression, to: DataType): Expression =
    Compat.strictCast(value, to, attempt = true)
}
