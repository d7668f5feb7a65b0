// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;

/**
 * An expression that a plan rule replaces before anything runs.
 *
 * <p>In Java, because {@code Unevaluable} changed its parents between Spark's minor versions: Scala
 * would compile forwarders of the floor's members into our class, Java links to those that are there.
 */
public abstract class UnevaluableExpression extends Expression implements Unevaluable {
  @Override
  public Object eval(InternalRow input) {
    throw new IllegalStateException("no rule replaced " + this);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new IllegalStateException("no rule replaced " + this);
  }
}
