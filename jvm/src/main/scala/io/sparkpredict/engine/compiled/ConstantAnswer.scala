// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.SharedCall
import io.sparkpredict.kernel.Dictionary
import io.sparkpredict.plan.ModelInputs
import org.apache.spark.sql.catalyst.expressions.{Expression, If, Literal}
import org.apache.spark.sql.types.{DoubleType, StringType}
import org.apache.spark.unsafe.types.UTF8String

/** The answer of a call of which all arguments are literals: scored once, when it is planned. */
object ConstantAnswer {

  /** The columns of the plan as constants. None where an argument varies, and for a row that the
    * model refuses: that is an error where there are rows.
    */
  def of(shared: SharedCall): Option[Seq[Expression]] = {
    val call = shared.node.call
    val inputs = ModelInputs.of(call.copy(guard = None))
    val isConstant = call.inputs.forall(_.isInstanceOf[Literal])
    if (!isConstant || inputs.flaw.exists(_.eval() != null)) None
    else {
      val isScored = inputs.needed.forall(_.eval() == true)
      val numbers: Option[Seq[Any]] =
        if (isScored) scored(shared, inputs.values.map(_.eval()))
        else Some(shared.columns.map(_ => null))
      numbers.map(_.map { number =>
        val value: Expression = Literal.create(number, DoubleType)
        call.guard.fold(value)(If(_, value, Literal.create(null, DoubleType)))
      })
    }
  }

  private def scored(shared: SharedCall, values: Seq[Any]): Option[Seq[Double]] = {
    val scorer = shared.scoring match {
      case scoring: CompiledScoring => scoring.open(values.size)
      case other => throw new IllegalStateException(s"$other is of another engine")
    }
    values.indices.foreach { at =>
      Option(scorer.numbers(at)).foreach(_(0) = number(values(at)))
      Option(scorer.texts(at)).foreach(_(0) = text(values(at), scorer.dictionary))
    }
    scorer.score(1)
    if (scorer.isFlawed) None else Some(shared.columns.indices.map(scorer.value(_, 0)))
  }

  private def number(value: Any): Double =
    FeatureNumber(Literal(value)).eval().asInstanceOf[Double]

  private def text(value: Any, dictionary: Dictionary): Int = value match {
    case text: UTF8String => dictionary.place(text.getBytes, 0, text.numBytes)
    case _ => Dictionary.NULL
  }

  /** Beside these there is no error. */
  val noError: Expression = Literal.create(null, StringType)
}
