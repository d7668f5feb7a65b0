// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.expressions.codegen.Block._
import org.apache.spark.sql.catalyst.expressions.codegen.{CodegenContext, ExprCode}
import org.apache.spark.sql.types.{ArrayType, DataType, DoubleType}

/** A Spark ML vector, dense or sparse, as an array of doubles. */
final case class VectorToArray(vector: Expression) extends Expression {
  override def children: Seq[Expression] = Seq(vector)

  override def nullable: Boolean = vector.nullable

  override def dataType: DataType = new ArrayType(DoubleType, false)

  override def prettyName: String = "vector_to_array"

  override def eval(row: InternalRow): Any = vector.eval(row) match {
    case value: InternalRow => VectorArrays.of(value)
    case _ => null
  }

  override protected def doGenCode(ctx: CodegenContext, code: ExprCode): ExprCode = {
    val input = vector.genCode(ctx)
    val owner = classOf[VectorArrays].getName
    val kind = "org.apache.spark.sql.catalyst.util.ArrayData"
    code.copy(code = code"""
      ${input.code}
      boolean ${code.isNull} = ${input.isNull};
      $kind ${code.value} = ${code.isNull} ? null : $owner.of(${input.value});
      """)
  }

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): VectorToArray =
    copy(vector = children.head)
}

object VectorToArray {
  private val vectors =
    Set("org.apache.spark.ml.linalg.VectorUDT", "org.apache.spark.mllib.linalg.VectorUDT")

  def isVector(kind: DataType): Boolean = vectors.contains(kind.getClass.getName)
}
