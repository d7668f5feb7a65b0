// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.BoundModel
import io.sparkpredict.plan.UnevaluableExpression
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.{DataType, NullType}

/** The last argument of a call whose star stood outside SELECT and WHERE: says in which clause.
  *
  * The builder takes it off again. What such a star stands for is easily not what was meant, so
  * every feature must be found by its name there.
  */
final case class StarClause(clause: String) extends UnevaluableExpression {
  override def children: Seq[Expression] = Nil

  override def nullable: Boolean = true

  override def dataType: DataType = NullType

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): StarClause =
    this

  def check(model: BoundModel, arguments: Seq[Argument]): Unit = {
    val equal = SQLConf.get.resolver
    val names = arguments.flatMap(_.name)
    val features = model.descriptor.features
    val missing = features.filterNot(f => f.optional || names.exists(equal(_, f.name))).map(_.name)
    if (features.isEmpty || missing.nonEmpty) {
      throw PredictErrors.starNeedsNames(model.alias, clause, names, missing)
    }
  }
}

object StarClause {
  def split(arguments: Seq[Expression]): (Seq[Expression], Option[StarClause]) = {
    val marks = arguments.collect { case mark: StarClause => mark }
    (arguments.filterNot(_.isInstanceOf[StarClause]), marks.headOption)
  }
}
